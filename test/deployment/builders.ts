import type { Deployment } from '../../lib/deployment/deployment.ts'
import type {
  Observation,
  SeenServiceDeployment,
  SeenTask,
  StoppedTask,
} from '../../lib/deployment/observation.ts'
import type { State } from '../../lib/deployment/state.ts'

export const t0 = 1_790_000_000_000

export const revision = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-worker:43'
export const previousRevision = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-worker:42'

/** A deployment of `worker`, which has no health check, over v1.2.3. */
export function deployment(over: Partial<Deployment> = {}): Deployment {
  const state: State = over.state ?? { is: 'starting', ecs: { taskDefinition: revision } }
  return {
    id: 'dep_1',
    groupId: 'grp_1',
    app: 'shop',
    process: 'worker',
    kind: 'worker',
    trigger: 'manual',
    strategy: 'rolling',
    dockerTag: 'v1.3.0',
    imageDigest: 'sha256:new',
    repository: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop',
    container: 'worker',
    caller: 'arn:aws:iam::123456789012:user/dev',
    cluster: 'shop',
    service: 'worker',
    previous: {
      taskDefinition: previousRevision,
      dockerTag: 'v1.2.3',
      imageDigest: 'sha256:old',
      runningDigest: 'sha256:old',
    },
    health: { loadBalanced: false, containerHealthCheck: false, stayRunning: 15_000 },
    createdAt: t0,
    timeline: [{ is: state.is, at: t0 }],
    ...over,
    state,
  }
}

/** A web process behind a load balancer, ready within 30 s or never. */
export function webDeployment(over: Partial<Deployment> = {}): Deployment {
  return deployment({
    process: 'default',
    kind: 'web',
    health: { loadBalanced: true, containerHealthCheck: false, readinessLimit: 30_000, stayRunning: 0 },
    ...over,
  })
}

export function ours(over: Partial<SeenServiceDeployment> = {}): SeenServiceDeployment {
  return {
    arn: 'arn:aws:ecs:eu-west-1:123456789012:service-deployment/shop/worker/ours',
    status: 'IN_PROGRESS',
    createdAt: t0 + 500,
    target: { requested: 1, running: 0, pending: 1 },
    sourceRunning: 1,
    circuitBreaker: { status: 'MONITORING', failureCount: 0, threshold: 3 },
    hooks: [],
    readAt: t0 + 1_000,
    ...over,
  }
}

export function seen(over: Partial<Observation> = {}): Observation {
  return { at: t0 + 1_000, ours: ours(), stopped: [], ...over }
}

export const running = { requested: 1, running: 1, pending: 0 }

export function stopped(over: Partial<StoppedTask> = {}): StoppedTask {
  return {
    id: '5c1e',
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    startedAt: t0 + 1_000,
    stoppedAt: t0 + 1_400,
    containers: [
      {
        name: 'worker',
        essential: true,
        exitCode: 1,
        log: { group: '/tapit/shop/worker', stream: 'worker/worker/5c1e' },
      },
    ],
    ...over,
  }
}

/** A task that never came to run its container. */
export function unstartable(stoppedReason: string, over: Partial<StoppedTask> = {}): StoppedTask {
  const { startedAt: _never, ...task } = stopped({
    stopCode: 'TaskFailedToStart',
    stoppedReason,
    containers: [{ name: 'worker', essential: true }],
  })
  return { ...task, ...over }
}

/** What the service and its tasks look like when the previous revision runs. */
export function backOnPrevious(): Pick<Observation, 'service' | 'tasks'> {
  const task: SeenTask = {
    id: 'old',
    taskDefinition: previousRevision,
    lastStatus: 'RUNNING',
    imageDigests: ['sha256:old'],
  }
  return {
    service: { desired: 1, running: 1, pending: 0, taskDefinition: previousRevision, readAt: t0 + 60_000 },
    tasks: [task],
  }
}
