/** Comparators that must all hold, such as `>=18 <23`. */
type Range = readonly Comparator[]
type Comparator = { readonly sign: string; readonly version: readonly number[] }

/**
 * Whether a range allows any version that begins with these numbers: of npm (`^20 || >=22.1`), of Poetry (`^3.11`) or of Python
 * (`>=3.11,<3.14`). What cannot be understood allows all.
 */
export function isAllowed(version: readonly number[], range: string): boolean {
  // Nobody writes longer ones by hand.
  const alternatives = range.slice(0, 200).split('||').map(comparators)
  return alternatives.some(all => all.every(comparator => holds(version, comparator)))
}

function comparators(range: string): Range {
  const { from, to } = /^\s*v?(?<from>[\d.]+)\s+-\s+v?(?<to>[\d.]+)\s*$/.exec(range)?.groups ?? {}
  if (from !== undefined && to !== undefined)
    return [
      { sign: '>=', version: numbers(from) },
      { sign: '<=', version: numbers(to) },
    ]
  return [...range.matchAll(/(?<sign>[<>=!~^]{0,3})\s*v?(?<version>\d+(?:\.(?:\d+|[xX*]))*)/g)].map(
    ({ groups }) => ({ sign: groups?.['sign'] ?? '', version: numbers(groups?.['version'] ?? '') }),
  )
}

function numbers(version: string): readonly number[] {
  const parts = version.split('.')
  const wild = parts.findIndex(part => !/^\d+$/.test(part))
  return (wild === -1 ? parts : parts.slice(0, wild)).map(Number)
}

function holds(version: readonly number[], { sign, version: bound }: Comparator): boolean {
  const order = compare(version, bound)
  const isFiner = bound.slice(version.length).some(part => part > 0)
  switch (sign) {
    case '>=':
      return order >= 0
    case '>':
      return order > 0 || (order === 0 && bound.length > version.length)
    case '<=':
      return order <= 0
    case '<':
      return order < 0 || (order === 0 && isFiner)
    case '!=':
      return true
    case '^':
      return order >= 0 && version[0] === bound[0]
    case '~':
      return order >= 0 && isWithin(version, bound.slice(0, 2))
    case '~=':
      return order >= 0 && isWithin(version, bound.slice(0, -1))
    default:
      return order === 0
  }
}

/** Only as far as both go: 22 is 22.11. */
function compare(version: readonly number[], bound: readonly number[]): number {
  for (const [index, part] of version.entries()) {
    const other = bound[index]
    if (other === undefined) return 0
    if (part !== other) return part - other
  }
  return 0
}

function isWithin(version: readonly number[], prefix: readonly number[]): boolean {
  return compare(version, prefix) === 0
}
