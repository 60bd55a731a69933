/** A time of the sandbox's memory as the SDK's answers want it. */
export function dateOf(at: number | undefined): Date | undefined {
  return at === undefined ? undefined : new Date(at)
}
