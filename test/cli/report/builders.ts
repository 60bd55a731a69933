import {
  webDeployment,
  deployment as workerDeployment,
  ours,
  seen,
  stopped,
} from '../../deployment/builders.ts'
import type { EvidenceLines } from '../../../lib/actions/events.ts'
import type { Deployment } from '../../../lib/deployment/deployment.ts'
import type { Failure } from '../../../lib/deployment/failure.ts'
import type { Observation } from '../../../lib/deployment/observation.ts'
import type { EcsDeployment, State, StateName } from '../../../lib/deployment/state.ts'
import type { Group } from '../../../lib/records/group.ts'
import type { Pointer } from '../../../lib/records/pointer.ts'
import type { View } from '../../../lib/cli/report/view.ts'

export const t0: number = Date.UTC(2026, 10, 20, 10, 41, 45)
const digest = `sha256:9f2c41d0${'ab'.repeat(28)}`
const previousDigest = `sha256:1111aaaa${'cd'.repeat(28)}`

export const ids = {
  group: 'grp_01jd3v8k2q4m6n8p0r2t4v6x8z',
  default: 'dep_01jd3v8k2q4m6n8p0r2t4v6x8a',
  scheduler: 'dep_01jd3v8k2q4m6n8p0r2t4v6x8b',
  worker: 'dep_01jd3v8k2q4m6n8p0r2t4v6x8c',
} as const

/** A view without colours. */
export function view(columns: number, over: Partial<View> = {}): View {
  return { columns, paint: (_look, text) => text, isAscii: false, now: t0 + 41_000, ...over }
}

export const group: Group = {
  id: ids.group,
  app: 'shop',
  initiator: 'ci',
  caller: 'arn:aws:iam::123456789012:role/deploy',
  createdAt: t0,
  members: [],
}

export function ecs(process: string): EcsDeployment {
  return {
    taskDefinition: `arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-${process}:42`,
    serviceDeployment: `arn:aws:ecs:eu-west-1:123456789012:service-deployment/shop/${process}/x`,
    createdAt: t0 + 1000,
  }
}

/** A deployment of `process` in a state that it entered `at` milliseconds after it had begun. */
export function deployment(
  process: string,
  state: State,
  { at = 22_000, ...over }: Partial<Deployment> & { at?: number } = {},
): Deployment {
  const base = process === 'default' ? webDeployment() : workerDeployment()
  const begun =
    state.is === 'preparing' || state.is === 'starting' ? [] : [{ is: 'starting' as const, at: t0 + 1000 }]
  const known: Readonly<Record<string, string>> = ids
  return {
    ...base,
    id: known[process] ?? `dep_${process}`,
    groupId: ids.group,
    process,
    service: process,
    container: process,
    imageDigest: digest,
    gitHash: '4be1a77c0ffee',
    initiator: 'ci',
    createdAt: t0,
    previous: {
      id: 'dep_before',
      dockerTag: 'v1.2.3',
      imageDigest: previousDigest,
      taskDefinition: `arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-${process}:41`,
    },
    timeline: [{ is: 'preparing', at: t0, step: 'register' }, ...begun, { is: state.is, at: t0 + at }],
    ...over,
    state,
  }
}

export const exited: Failure = {
  code: 'container_exited',
  times: 2,
  evidence: [
    {
      taskId: '5c1e0a3b7d2f4e6a',
      container: 'worker',
      exitCode: 1,
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      ranFor: 400,
      at: t0 + 22_000,
      log: { group: '/tapit/shop/worker', stream: 'worker/worker/5c1e0a3b7d2f4e6a' },
    },
  ],
}

export const logLines: EvidenceLines = [
  {
    evidence: exited.evidence[0] ?? {},
    lines: ['Error: QUEUE_URL is not set', '\tat main (worker.js:12:11)'],
  },
]

export const live = (process: string, at = 41_000): Deployment =>
  deployment(process, { is: 'live', ecs: ecs(process) }, { at })

export const rolledBack = (process = 'worker', over: Partial<Deployment> = {}): Deployment =>
  deployment(
    process,
    {
      is: 'rolled_back',
      ecs: ecs(process),
      reached: 'starting_candidate',
      failure: exited,
      restored: {
        taskDefinition: `arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-${process}:41`,
        imageDigest: previousDigest,
        asBefore: true,
      },
    },
    over,
  )

/** Each member of the union once. */
export const states: { readonly [Name in StateName]: State } = {
  awaiting_approval: { is: 'awaiting_approval', policy: 'senior', until: t0 + 3_600_000 },
  denied: { is: 'denied', policy: 'freeze' },
  preparing: { is: 'preparing', step: 'register' },
  starting: { is: 'starting', ecs: ecs('worker') },
  checking: { is: 'checking', ecs: ecs('worker') },
  shifting: { is: 'shifting', ecs: ecs('worker') },
  draining: { is: 'draining', ecs: ecs('worker') },
  watching: { is: 'watching', ecs: ecs('worker'), until: t0 + 50_000 },
  live: { is: 'live', ecs: ecs('worker') },
  rolling_back: { is: 'rolling_back', ecs: ecs('worker'), failure: exited, reached: 'starting_candidate' },
  rolled_back: rolledBack().state,
  cancelling: {
    is: 'cancelling',
    reached: 'starting_candidate',
    cancellation: { code: 'cancelled', by: 'ada', reason: 'wrong image' },
  },
  cancelled: {
    is: 'cancelled',
    reached: 'starting_candidate',
    cancellation: { code: 'cancelled', by: 'ada', reason: 'wrong image' },
  },
  failed: {
    is: 'failed',
    ecs: ecs('worker'),
    reached: 'starting_candidate',
    failure: { code: 'rollback_failed', evidence: [], cause: exited },
  },
  stopping: { is: 'stopping', ecs: ecs('worker') },
  stopped: { is: 'stopped', ecs: ecs('worker') },
}

/** What was seen of a web process, all of it running and healthy. */
export function healthy(wanted = 2, over: Partial<Observation> = {}): Observation {
  return seen({
    at: t0 + 10_000,
    ours: ours({ target: { requested: wanted, running: wanted, pending: 0 } }),
    targets: Array.from({ length: wanted }, (_, index) => ({
      id: `10.0.0.${index}`,
      state: 'healthy',
      since: t0,
    })),
    service: { desired: wanted, running: wanted, pending: 0, readAt: t0 },
    ...over,
  })
}

export { seen, ours, stopped }

export function pointer(process: string, deploymentId: string): Pointer {
  return {
    app: 'shop',
    process,
    deploymentId,
    dockerTag: 'v1.3.0',
    imageDigest: digest,
    taskDefinition: 'arn',
    ecsCreatedAt: t0,
  }
}
