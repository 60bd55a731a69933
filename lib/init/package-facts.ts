import { jsonObject } from '../build/json-object.ts'
import { isObject } from '../names/is-object.ts'

/** What a package.json says about the app. */
export type PackageFacts = {
  readonly name?: string
  /** The script of `npm start`. */
  readonly start?: string
  readonly hasWorkspaces: boolean
}

/** Absent where the text is no JSON object. */
export function packageFacts(text: string): PackageFacts | undefined {
  const content = jsonObject(text)
  if (content === undefined) return undefined
  const { name, scripts, workspaces } = content
  const start: unknown = isObject(scripts) ? scripts['start'] : undefined
  return {
    hasWorkspaces: workspaces !== undefined,
    ...(typeof name === 'string' && name !== '' && { name }),
    ...(typeof start === 'string' && start !== '' && { start }),
  }
}
