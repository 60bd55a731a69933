import type { Document, Json } from './document.ts'

type Present = { readonly [member: string]: Json }

/** The members that there are. */
export function present(document: Document): Present {
  const members: [string, Json][] = []
  for (const [name, value] of Object.entries(document)) if (value !== undefined) members.push([name, value])
  return Object.fromEntries(members)
}
