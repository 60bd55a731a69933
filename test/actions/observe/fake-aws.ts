import { createObserver } from '../../../lib/actions/observe/observer.ts'
import type { Observer } from '../../../lib/actions/observe/observer.ts'
import type { Ecs, Service, ServiceDeployment, Targets, Task } from '../../../lib/actions/ports.ts'
import { Trouble, type TroubleKind } from '../../../lib/actions/trouble.ts'
import type { Clock } from '../../../lib/names/clock.ts'
import { revision, t0 } from '../../deployment/builders.ts'

export const td = (number: number): string => revision.replace(/\d+$/, String(number))
const revisionOf = (taskDefinition: string): string => `revision of ${taskDefinition}`

/** What an observer reads of AWS, as far as a test lets it: whatever stands in `troubles` fails. */
export type FakeAws = {
  readonly clock: Clock & { pass(milliseconds: number): void }
  readonly observer: Observer
  services: Service[]
  deployments: ServiceDeployment[]
  /** ARNs of service deployments that ECS lists, but does not describe yet. */
  readonly hidden: Set<string>
  running: Task[]
  stopped: Task[]
  /** Health by target group. */
  targets: Map<string, { id: string; state: string }[]>
  /** Why a call fails, by its method's name, and for which of what it asks. */
  troubles: Map<string, { trouble: Trouble; about?: string }>
  /** The calls that were made, oldest first. */
  readonly calls: { readonly method: string; readonly about: readonly string[] }[]
}

export function trouble(kind: TroubleKind): Trouble {
  return new Trouble({ kind, awsCode: kind, operation: 'Read', code: kind, message: `it was ${kind}` })
}

export function fakeAws(): FakeAws {
  let now = t0
  const clock = {
    now: () => now,
    sleep: async (milliseconds: number) => clock.pass(milliseconds),
    pass: (milliseconds: number) => {
      now += milliseconds
    },
  }
  const call = (method: string, about: readonly string[]): void => {
    aws.calls.push({ method, about })
    const found = aws.troubles.get(method)
    if (found !== undefined && (found.about === undefined || about.includes(found.about))) throw found.trouble
  }
  const ecs: Partial<Ecs> = {
    services: async (cluster, names) => {
      call('services', names)
      return aws.services.filter(each => each.cluster === cluster && names.includes(each.name))
    },
    serviceDeployments: async arns => {
      call('serviceDeployments', arns)
      return aws.deployments.filter(({ arn }) => arns.includes(arn) && !aws.hidden.has(arn))
    },
    serviceRevisions: async arns => {
      call('serviceRevisions', arns)
      return arns.map(arn => ({ arn, taskDefinition: arn.replace('revision of ', '') }))
    },
    listServiceDeployments: async (_cluster, service, since = 0) => {
      call('listServiceDeployments', [service])
      return aws.deployments.filter(each => each.service === service && each.createdAt >= since)
    },
    taskArns: async ({ service, desiredStatus, limit = 100 }) => {
      call(`taskArns ${desiredStatus}`, service === undefined ? [] : [service])
      const tasks = desiredStatus === 'RUNNING' ? aws.running : aws.stopped
      const here = tasks.filter(({ group }) => service === undefined || group === `service:${service}`)
      return here.slice(0, limit).map(({ arn }) => arn)
    },
    tasks: async (_cluster, arns) => {
      call('tasks', arns)
      return [...aws.running, ...aws.stopped].filter(({ arn }) => arns.includes(arn))
    },
    taskDefinition: async () => undefined,
  }
  const targets: Partial<Targets> = {
    health: async targetGroup => {
      call('health', [targetGroup])
      return aws.targets.get(targetGroup) ?? []
    },
  }
  const aws: FakeAws = {
    clock,
    observer: createObserver({ ecs: ecs as Ecs, targets: targets as Targets, clock }),
    services: [],
    deployments: [],
    hidden: new Set(),
    running: [],
    stopped: [],
    targets: new Map(),
    troubles: new Map(),
    calls: [],
  }
  return aws
}

export function service(name: string, over: Partial<Service> = {}): Service {
  return {
    name,
    arn: name,
    cluster: 'shop',
    tags: {},
    controller: 'ECS',
    scheduling: 'REPLICA',
    desired: 1,
    running: 1,
    pending: 0,
    taskDefinition: td(42),
    deployments: [],
    loadBalancers: [],
    wiring: [],
    gracePeriodSeconds: 0,
    configuration: {},
    ...over,
  }
}

/** A service deployment of `worker`, unless it is said otherwise, to this revision. */
export function serviceDeployment(
  arn: string,
  number: number,
  over: Partial<ServiceDeployment> = {},
): ServiceDeployment {
  return {
    arn,
    service: 'worker',
    status: 'IN_PROGRESS',
    createdAt: t0 + 500,
    target: { requested: 1, running: 1, pending: 0 },
    sourceRunning: 1,
    hooks: [],
    targetRevision: revisionOf(td(number)),
    ...over,
  }
}

export function task(id: string, over: Partial<Task> = {}): Task {
  return {
    arn: `task/${id}`,
    id,
    taskDefinition: revision,
    group: 'service:worker',
    lastStatus: 'RUNNING',
    containers: [],
    ...over,
  }
}
