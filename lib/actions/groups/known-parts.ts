import { Refusal } from '../../names/refusal.ts'
import type { GroupPart } from './look-at-group.ts'

export type KnownPart = GroupPart & { readonly is: 'known' }

/** All apps of a group; refuses where one of them cannot be looked at, since what holds for all of them is not known then. */
export function knownParts(
  parts: readonly GroupPart[],
  { id, what, instead }: { readonly id: string; readonly what: string; readonly instead: string },
): readonly KnownPart[] {
  const unknown = parts.flatMap(part => (part.is === 'unknown' ? [part] : []))
  if (unknown.length === 0) return parts.flatMap(part => (part.is === 'known' ? [part] : []))
  const reachable = parts.flatMap(part => (part.is === 'known' ? [part.app.label] : []))
  throw new Refusal({
    code: 'group_unknown',
    message: `${id} cannot be ${what} as a whole: the state of ${unknown.map(({ label, error }) => `${label} is unknown (${error.message.replace(/\.$/, '')})`).join(', of ')}.`,
    advice: [
      ...new Set(unknown.flatMap(({ error }) => error.advice ?? [])),
      ...reachable.map(app => `One app by itself: tapit -a ${app} ${instead}`),
    ].join('\n'),
  })
}
