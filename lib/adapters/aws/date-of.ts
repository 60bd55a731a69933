/** The `Date` header of an answer: the SDK does not hand it on. */
export function dateOf(response: unknown): string | undefined {
  const headers =
    typeof response === 'object' && response !== null && 'headers' in response ? response.headers : undefined
  if (typeof headers !== 'object' || headers === null) return undefined
  const [, value] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'date') ?? []
  return typeof value === 'string' ? value : undefined
}
