import type { Deployment } from '../../lib/deployment/deployment.ts'
import type { Group } from '../../lib/records/group.ts'
import type { Lease } from '../../lib/records/lease.ts'
import type { Pointer } from '../../lib/records/pointer.ts'

const at = Date.UTC(2026, 10, 20)

export function someDeployment(own: Partial<Deployment> = {}): Deployment {
  return {
    id: 'dep_01jd0000000000000000000001',
    groupId: 'grp_01jd0000000000000000000001',
    app: 'shop',
    process: 'worker',
    kind: 'worker',
    trigger: 'manual',
    strategy: 'rolling',
    dockerTag: 'v1.3.0',
    imageDigest: `sha256:${'a'.repeat(64)}`,
    repository: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop',
    container: 'worker',
    caller: 'arn:aws:sts::123456789012:assumed-role/dev/ada',
    cluster: 'shop',
    service: 'worker',
    health: { loadBalanced: false, containerHealthCheck: false, stayRunning: 15_000 },
    createdAt: at,
    state: { is: 'preparing', step: 'register' },
    timeline: [{ is: 'preparing', at, step: 'register' }],
    ...own,
  }
}

export function someGroup(own: Partial<Group> = {}): Group {
  return {
    id: 'grp_01jd0000000000000000000001',
    app: 'shop',
    caller: 'arn:aws:sts::123456789012:assumed-role/dev/ada',
    createdAt: at,
    members: [{ app: 'shop', id: 'dep_01jd0000000000000000000001' }],
    ...own,
  }
}

export function somePointer(own: Partial<Pointer> = {}): Pointer {
  return {
    app: 'shop',
    process: 'worker',
    deploymentId: 'dep_01jd0000000000000000000001',
    dockerTag: 'v1.3.0',
    imageDigest: `sha256:${'a'.repeat(64)}`,
    taskDefinition: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-worker:42',
    ecsCreatedAt: at,
    ...own,
  }
}

export function someLease(own: Partial<Lease> = {}): Lease {
  return {
    app: 'shop',
    process: 'worker',
    deploymentId: 'dep_01jd0000000000000000000001',
    holder: 'holder-1',
    version: 1,
    seconds: 60,
    caller: 'arn:aws:sts::123456789012:assumed-role/dev/ada',
    since: at,
    renewedAt: at,
    ...own,
  }
}
