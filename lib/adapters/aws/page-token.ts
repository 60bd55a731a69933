import { Refusal } from '../../names/refusal.ts'

/** Where the next page begins: opaque to people, and only good for the app that it was given for. */
export function pageToken({ app, after }: { app: string; after: string }): string {
  return Buffer.from(JSON.stringify([app, after])).toString('base64url')
}

/** The id after which the page begins. Anything that `pageToken` did not make for this app is refused. */
export function afterPageToken(token: string, app: string): string {
  const [of, after] = parsed(token)
  if (of === app && typeof after === 'string' && /^dep_[0-9a-z]+$/.test(after)) return after
  throw new Refusal({
    code: 'bad_page_token',
    exit: 'usage',
    message: `"${token}" is not a page of the deployments of ${app}`,
    advice: 'give the nextToken of the page before, for the same app: tapit list deploys',
  })
}

function parsed(token: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString())
    return Array.isArray(value) ? value : []
  } catch {
    // Not JSON: not a token of ours, which is what the caller says.
    return []
  }
}
