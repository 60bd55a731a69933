import { textWidth } from '../text/text-width.ts'
import type { Deployment } from '../../deployment/deployment.ts'
import type { Instant } from '../../deployment/state.ts'
import type { Group } from '../../records/group.ts'
import { wrap } from '../text/wrap.ts'
import { age } from '../wording/age.ts'
import { listed } from '../wording/listed.ts'
import { shortDigest } from '../wording/short-digest.ts'
import { spread } from './spread.ts'
import type { View } from './view.ts'

type HeaderOptions = {
  readonly group?: Pick<Group, 'id' | 'initiator'>
  readonly deployments: readonly Deployment[]
  /** When the image was pushed, where that is known. */
  readonly pushedAt?: Instant
  readonly view: View
}

/** `shop  v1.3.0  sha256:9f2c41d0 (pushed 3 min ago, by ci, commit 4be1a77)   grp_01jd…` */
export function header({ group, deployments, pushedAt, view }: HeaderOptions): string[] {
  const { paint, columns } = view
  const apps = unique(deployments.map(({ app }) => app))
  const tags = unique(deployments.map(({ dockerTag }) => dockerTag))
  const digests = unique(deployments.flatMap(({ imageDigest }) => imageDigest ?? [])).map(shortDigest)
  const what = [
    paint('strong', listed(apps)),
    paint('strong', listed(tags)),
    ...(digests.length > 1 ? [`${digests.length} images`] : digests),
  ]
  const about = origin({ group, deployments, pushedAt, view })
  const left = `${what.join('  ')}${about === '' ? '' : ` (${about})`}`
  const right = paint('dim', group?.id ?? unique(deployments.map(({ groupId }) => groupId)).join(' '))
  return textWidth(left) <= columns
    ? spread(left, right, columns)
    : [...wrap(left, { columns, hanging: 2 }).split('\n'), `  ${right}`]
}

function origin({ group, deployments, pushedAt, view }: HeaderOptions): string {
  const commits = unique(deployments.flatMap(({ gitHash }) => gitHash ?? []))
  const initiator = group?.initiator ?? deployments[0]?.initiator
  const tags = unique(deployments.flatMap(({ tag }) => tag ?? []))
  return [
    ...tags.slice(0, 1),
    ...(pushedAt === undefined ? [] : [`pushed ${age(view.now - pushedAt)} ago`]),
    ...(initiator === undefined ? [] : [`by ${initiator}`]),
    ...(commits.length === 1 ? [`commit ${commits.join('').slice(0, 7)}`] : []),
  ].join(', ')
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)]
}
