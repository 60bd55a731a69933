import { AwsError } from './wire/aws-error.ts'

export type PageOptions = {
  readonly token: string | undefined
  /** @default - `largest` */
  readonly size?: number
  readonly largest: number
  /** What the service throws for a token that it never gave. */
  readonly invalidToken: string
}

/** One page of a list, and the token of the next. A token is opaque to clients: it says where the next page begins. */
export function pageOf<T>(
  items: readonly T[],
  { token, size, largest, invalidToken }: PageOptions,
): { readonly page: readonly T[]; readonly nextToken?: string } {
  const start = token === undefined || token === '' ? 0 : startOf(token)
  if (start === undefined) throw new AwsError(invalidToken, 'The specified nextToken is invalid.')
  const end = start + Math.max(1, Math.min(size ?? largest, largest))
  const page = items.slice(start, end)
  return end < items.length ? { page, nextToken: Buffer.from(`page:${end}`).toString('base64url') } : { page }
}

function startOf(token: string): number | undefined {
  const [, start] = /^page:(\d+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? []
  return start === undefined ? undefined : Number(start)
}
