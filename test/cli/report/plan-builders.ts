import type { Plan, PlannedProcess, ProcessPlan } from '../../../lib/actions/plan/plan.ts'
import { t0 } from './builders.ts'

const repository = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop'
const old = `sha256:9f2c41d0${'ab'.repeat(28)}`
const fresh = `sha256:77aa01c2${'cd'.repeat(28)}`

export function processPlan(process: string, over: Partial<PlannedProcess> = {}): PlannedProcess {
  const taskDefinition = `arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-${process}:51`
  return {
    is: 'planned',
    process,
    kind: process === 'default' ? 'web' : 'worker',
    service: process,
    strategy: process === 'default' ? 'blue_green' : 'rolling',
    family: `shop-${process}`,
    from: {
      arn: taskDefinition,
      family: `shop-${process}`,
      revision: 51,
      isActive: true,
      containers: [],
      cpuArchitecture: 'X86_64',
      tags: {},
      definition: {},
    },
    container: 'web',
    repository,
    dockerTag: 'v1.4.0',
    imageDigest: fresh,
    pushedAt: t0,
    configuration: {},
    madeFrom: 'shop-default-template:7',
    previous: { taskDefinition, dockerTag: 'v1.3.0', imageDigest: old },
    health: { loadBalanced: process === 'default', containerHealthCheck: false, stayRunning: 0 },
    desired: 2,
    isSameImage: false,
    changes: [
      { path: 'containers.web.environment.LOG_LEVEL', is: 'changed' },
      {
        path: 'containers.web.image',
        is: 'changed',
        before: `${repository}@${old}`,
        after: `${repository}@${fresh}`,
      },
      { path: 'cpu', is: 'changed', before: '256', after: '512' },
    ],
    ...over,
  }
}

export function plan(processes: readonly ProcessPlan[]): Plan {
  return { app: 'shop', cluster: 'shop', environment: 'production', processes }
}
