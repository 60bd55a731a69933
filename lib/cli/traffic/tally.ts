import { shortDigest } from '../wording/short-digest.ts'

/** What a user got; undefined where no answer came. */
export type Answer =
  | { readonly status: number; readonly dockerTag?: string; readonly imageDigest?: string }
  | undefined

/** Requests of some time, by what became of them. */
export type Tally = {
  readonly requests: number
  /** Requests by the version that answered, whatever it said. */
  readonly versions: Readonly<Record<string, number>>
  /** Requests by status, from 400 on. */
  readonly errors: Readonly<Record<string, number>>
  /** Requests without any answer. */
  readonly lost: number
}

export const nothing: Tally = { requests: 0, versions: {}, errors: {}, lost: 0 }

export function tallied(tally: Tally, answer: Answer): Tally {
  const requests = tally.requests + 1
  if (answer === undefined) return { ...tally, requests, lost: tally.lost + 1 }
  const { status, dockerTag, imageDigest } = answer
  const version = dockerTag ?? (imageDigest === undefined ? undefined : shortDigest(imageDigest))
  return {
    requests,
    lost: tally.lost,
    versions: version === undefined ? tally.versions : oneMore(tally.versions, version),
    errors: status < 400 ? tally.errors : oneMore(tally.errors, String(status)),
  }
}

export function total(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, { requests, versions, errors, lost }) => ({
      requests: sum.requests + requests,
      versions: added(sum.versions, versions),
      errors: added(sum.errors, errors),
      lost: sum.lost + lost,
    }),
    nothing,
  )
}

/** How many requests did not get what their users wanted. */
export function failed({ errors, lost }: Tally): number {
  return Object.values(errors).reduce((sum, count) => sum + count, lost)
}

function oneMore(counts: Tally['versions'], of: string): Tally['versions'] {
  return added(counts, { [of]: 1 })
}

function added(counts: Tally['versions'], more: Tally['versions']): Tally['versions'] {
  const sums = Object.entries(more).map(([name, count]) => [name, (counts[name] ?? 0) + count] as const)
  return { ...counts, ...Object.fromEntries(sums) }
}
