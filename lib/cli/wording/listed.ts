const mostNamed = 6

/** `default, scheduler and worker`; of many, the first few and how many more. */
export function listed(names: readonly string[]): string {
  if (names.length > mostNamed) {
    const named = names.slice(0, mostNamed - 1)
    return `${named.join(', ')} and ${names.length - named.length} more`
  }
  const last = names.at(-1)
  if (last === undefined) return 'nothing'
  return names.length === 1 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}
