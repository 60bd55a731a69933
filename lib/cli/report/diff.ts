import type { Difference } from '../../actions/diff/compare-versions.ts'
import type { NamedPoint, ProcessDiff, VersionsDiff } from '../../actions/diff/diff-versions.ts'
import type { Version } from '../../actions/diff/version.ts'
import { listed } from '../wording/listed.ts'
import { shortDigest } from '../wording/short-digest.ts'
import { shortImage } from '../wording/short-image.ts'
import { finished } from './finished.ts'
import { fittingTable } from './fitting-table.ts'
import { printableData } from './printable-data.ts'
import { prose } from './prose.ts'
import type { View } from './view.ts'

/** The differences of each process, a line each. Values that may be secret are not told, nor even known here. */
export function versionsDiff(found: VersionsDiff, view: View): string[] {
  const { processes, onlyInFrom, onlyInTo } = textsOf(found)
  const [from, to] = [nameOf(found.from), nameOf(found.to)]
  const only = (names: readonly string[], where: string): string[] =>
    names.length === 0 ? [] : prose(`Only in ${where}: ${listed(names)}.`, { view })
  return finished(
    [
      `${from} → ${to}`,
      ...processes.flatMap(each => ['', ...processLines(each, view)]),
      ...(onlyInFrom.length + onlyInTo.length === 0 ? [] : ['']),
      ...only(onlyInFrom, from),
      ...only(onlyInTo, to),
    ],
    view,
  )
}

type Texts = Pick<VersionsDiff, 'processes' | 'onlyInFrom' | 'onlyInTo'>

/** Whole definitions are compared, and not drawn. */
function textsOf({ processes, onlyInFrom, onlyInTo }: VersionsDiff): Texts {
  return printableData({
    processes: processes.map(({ from, to, ...rest }) => ({
      ...rest,
      from: withoutDefinition(from),
      to: withoutDefinition(to),
    })),
    onlyInFrom,
    onlyInTo,
  })
}

function withoutDefinition(version: Version): Version {
  const { definition: _, ...rest } = version
  return rest
}

function nameOf({ is, name, cluster }: Pick<NamedPoint, 'is' | 'name' | 'cluster'>): string {
  const { said } = printableData({
    said: name === cluster || is === 'deployment' ? name : `${name} (${cluster})`,
  })
  switch (is) {
    case 'deployment':
      return said
    case 'running':
      return name === 'running' ? `what runs of ${cluster}` : said
    case 'waiting':
      return 'what the next deploy brings'
  }
}

function processLines({ process, from, to, differences }: ProcessDiff, view: View): string[] {
  const name = view.paint('strong', process)
  if (differences.length === 0)
    return [`${name}  no difference${from.dockerTag === undefined ? '' : ` (${from.dockerTag})`}`]
  const rows = differences.map(each => [labelOf(each), valuesOf(each, { from, to })])
  return [name, ...fittingTable([rows], { columns: view.columns, indent: 2 })]
}

function labelOf({ what, name = '' }: Difference): string {
  switch (what) {
    case 'variable':
    case 'secret':
      return `${what} ${name}`
    case 'count':
      return 'tasks'
    case 'other':
      return name
    case 'image':
    case 'commit':
    case 'strategy':
    case 'cpu':
    case 'memory':
    case 'command':
      return what
  }
}

function valuesOf(
  { what, is, before, after }: Difference,
  { from, to }: Pick<ProcessDiff, 'from' | 'to'>,
): string {
  if (before === undefined && after === undefined) return `${is} (value not shown)`
  if (what === 'image') return `${imageOf(from)} → ${imageOf(to)}`
  if (what === 'commit') return `${before?.slice(0, 7)} → ${after?.slice(0, 7)}`
  if (is === 'added') return `added: ${shortImage(after ?? '')}`
  if (is === 'removed') return `removed: ${shortImage(before ?? '')}`
  return `${shortImage(before ?? '')} → ${shortImage(after ?? '')}`
}

function imageOf({ dockerTag, imageDigest = '' }: Version): string {
  const digest = shortDigest(imageDigest)
  return dockerTag === undefined || dockerTag.startsWith('sha256:') ? digest : `${dockerTag} (${digest})`
}
