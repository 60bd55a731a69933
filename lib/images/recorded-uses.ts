import type { Deployment } from '../deployment/deployment.ts'
import { isSettled } from '../deployment/projections.ts'
import type { State } from '../deployment/state.ts'
import type { Pointer } from '../records/pointer.ts'
import { isSameRepository } from './is-same-repository.ts'
import type { ImageUse } from './retention.ts'

export type RecordedFacts = {
  /** Of one app, newest first. */
  readonly deployments: readonly Deployment[]
  readonly pointers: readonly Pointer[]
  /** URI. */
  readonly repository: string
  /** How many different images of each process stay to roll back to. */
  readonly keep: number
}

export type RecordedUses = {
  readonly uses: readonly ImageUse[]
  /** ARNs of the revisions that go with them. */
  readonly revisions: ReadonlySet<string>
}

/** What the records say is needed: what is being deployed, what is active, where both would go back to, and the rollback targets. */
export function recordedUses({ deployments, pointers, repository, keep }: RecordedFacts): RecordedUses {
  const open = deployments.filter(({ state }) => !isSettled(state))
  const active = deployments.filter(({ id }) => pointers.some(({ deploymentId }) => deploymentId === id))
  const before = [...open, ...active].flatMap(each => (each.previous ? [{ ...each, ...each.previous }] : []))
  const targets = rollbackTargets(deployments, { repository, keep })
  return {
    uses: [
      ...pointers.flatMap(each => use(each, { is: 'running', in: nameOf(each) })),
      // What is still being built has no digest yet, and is new when it has.
      ...open.flatMap(each => use(each, { is: 'deploying', in: nameOf(each) })),
      ...[
        ...before,
        ...before.map(each => ({ ...each, imageDigest: each.runningDigest })),
        ...targets,
      ].flatMap(each => use(each, { is: 'rollback_target', of: nameOf(each) })),
    ],
    revisions: new Set([
      ...[...pointers, ...before].map(({ taskDefinition }) => taskDefinition),
      ...[...open, ...targets].flatMap(({ state }) => revisionsIn(state)),
    ]),
  }
}

/** The newest successful deployment of each of the newest images of each process: the first of them is what runs. */
export function rollbackTargets(
  deployments: readonly Deployment[],
  { repository, keep }: { readonly repository: string; readonly keep: number },
): readonly Deployment[] {
  const images = new Map<string, Set<string>>()
  return deployments.filter(each => {
    const { process, imageDigest } = each
    if (imageDigest === undefined || !wentLive(each)) return false
    if (!isSameRepository(each.repository, repository)) return false
    const seen = images.get(process) ?? new Set()
    if (seen.size >= keep || seen.has(imageDigest)) return false
    images.set(process, seen.add(imageDigest))
    return true
  })
}

/** Also what was stopped since: it worked. */
export function wentLive({ state }: Pick<Deployment, 'state'>): boolean {
  return state.is === 'live' || state.is === 'stopping' || state.is === 'stopped'
}

type Imaged = { readonly imageDigest?: string }

function use({ imageDigest: digest }: Imaged, reason: ImageUse['reason']): readonly ImageUse[] {
  return digest === undefined ? [] : [{ image: { digest }, reason }]
}

function revisionsIn(state: State): readonly string[] {
  return [
    ...('ecs' in state && state.ecs !== undefined ? [state.ecs.taskDefinition] : []),
    ...('taskDefinition' in state && state.taskDefinition !== undefined ? [state.taskDefinition] : []),
    ...('redeploying' in state && state.redeploying !== undefined ? [state.redeploying.taskDefinition] : []),
  ]
}

function nameOf({ app, process }: Pick<Deployment, 'app' | 'process'>): string {
  return `${app}/${process}`
}
