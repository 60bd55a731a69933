import { Refusal } from '../../names/refusal.ts'
import { saidOf } from '../said-of.ts'
import { type Difference, compareVersions } from './compare-versions.ts'
import { type Point, versionsAt } from './versions-at.ts'
import type { Version } from './version.ts'

/** A point, and what it is called: `staging`, `dep_…`. */
export type NamedPoint = Point & { readonly name: string }

export type VersionsDiff = {
  readonly from: NamedPoint
  readonly to: NamedPoint
  readonly processes: readonly ProcessDiff[]
  readonly onlyInFrom: readonly string[]
  readonly onlyInTo: readonly string[]
}

export type ProcessDiff = {
  readonly process: string
  readonly from: Version
  readonly to: Version
  readonly differences: readonly Difference[]
}

type Wish = {
  readonly from: NamedPoint
  readonly to: NamedPoint
  /** @default - all that both have */
  readonly processes?: readonly string[]
}

/** What differs between two points, process by process. A deployment is of one process: then only that one is compared. */
export async function diffVersions({ from, to, processes }: Wish): Promise<VersionsDiff> {
  const read = (point: NamedPoint, only: readonly string[] | undefined): Promise<readonly Version[]> =>
    saidOf(point.name, () => versionsAt(point, only))
  const named = await Promise.all(
    [from, to].map(async each => (each.is === 'deployment' ? read(each, undefined) : undefined)),
  )
  const [one, other] = named.flatMap(each => each?.map(({ process }) => process) ?? [])
  if (other !== undefined && one !== other) throw otherProcess([one ?? '', other])
  if (one !== undefined && processes?.includes(one) === false) throw otherProcess([one, ...processes])
  const only = one === undefined ? processes : [one]

  const [before, after] = await Promise.all([named[0] ?? read(from, only), named[1] ?? read(to, only)])
  const isIn = (versions: readonly Version[], process: string): boolean =>
    versions.some(each => each.process === process)
  return {
    from,
    to,
    processes: before.flatMap(version => {
      const second = after.find(({ process }) => process === version.process)
      if (second === undefined) return []
      return {
        process: version.process,
        from: version,
        to: second,
        differences: compareVersions(version, second),
      }
    }),
    onlyInFrom: before.map(({ process }) => process).filter(process => !isIn(after, process)),
    onlyInTo: after.map(({ process }) => process).filter(process => !isIn(before, process)),
  }
}

function otherProcess(processes: readonly string[]): Refusal {
  return new Refusal({
    code: 'other_process',
    exit: 'usage',
    message: `versions of one process are compared, and these are of ${processes.join(' and ')}.`,
    advice: 'Leave process= out where a deployment is named: it says which it is.',
  })
}
