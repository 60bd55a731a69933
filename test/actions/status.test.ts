import { describe, expect, it } from 'vitest'
import type { Observer } from '../../lib/actions/observe/observer.ts'
import type { Ports, Service } from '../../lib/actions/ports.ts'
import type { AppStatus } from '../../lib/actions/status/process-status.ts'
import { status } from '../../lib/actions/status/status.ts'
import { Trouble } from '../../lib/actions/trouble.ts'
import type { Deployment } from '../../lib/deployment/deployment.ts'
import type { ListOptions } from '../../lib/records/records.ts'
import { someDeployment } from '../adapters/some-records.ts'

const failed = someDeployment({
  id: 'dep_failed',
  process: 'worker',
  state: { is: 'failed', reached: 'building', failure: { code: 'image_not_found', evidence: [] } },
})

describe('status', () => {
  it('finds the newest record of a process behind hundreds of another', async () => {
    const others = Array.from({ length: 220 }, (_, index) => live(`dep_${index}`, 'web'))

    const { processes } = await statusOf({ history: [...others, failed] })

    expect(processes.map(({ process, latest }) => [process, latest?.id])).toEqual([
      ['web', undefined],
      ['worker', 'dep_failed'],
    ])
  })

  it('reads one page where that tells of all, and no endless history for a process that was never deployed', async () => {
    const short = await statusOf({ history: [live('dep_2', 'web'), failed] })
    const endless = await statusOf({
      history: Array.from({ length: 2_000 }, (_, index) => live(`dep_${index}`, 'web')),
    })

    expect(short.pages()).toBe(1)
    expect(endless.pages()).toBe(2)
    expect(endless.processes[1]).toMatchObject({ process: 'worker', running: 1 })
  })

  it.each(['groups', 'addresses'] as const)(
    'does without URLs where AWS does not tell the %s of load balancers',
    async method => {
      const { processes } = await statusOf({ denied: method })

      expect(processes[0]).toMatchObject({ process: 'web', kind: 'web', health: 'healthy' })
      expect(processes[0]).not.toHaveProperty('url')
    },
  )

  it('has URLs else', async () => {
    const { processes } = await statusOf({})

    expect(processes[0]?.url).toBe('http://shop.elb')
  })
})

describe('status while a deployment moves traffic', () => {
  it.each([
    ['the one before, while that has the traffic', 10, 'v1'],
    ['the new one, once that has all traffic', 100, 'v1.3.0'],
  ])('shows as running %s', async (_, production, dockerTag) => {
    const moving = someDeployment({
      id: 'dep_2',
      process: 'web',
      strategy: 'canary',
      dockerTag: 'v1.3.0',
      state: { is: 'shifting', ecs: { taskDefinition: 'new' }, traffic: { production, test: 0 } },
    })

    const { processes } = await statusOf({ history: [moving], active: 'v1', at: 'old' })

    expect(processes[0]?.dockerTag).toBe(dockerTag)
    expect(processes[0]?.stage).toBe('switching_route')
  })
})

describe('what runs, beside the records', () => {
  it.each([
    ['the revision and the image of the record', {}, undefined],
    [
      'another image than its record says',
      { runs: 'sha256:2' },
      { is: 'image_differs', recorded: 'sha256:1', runs: ['sha256:2'] },
    ],
    [
      'the same image in a revision that somebody else made',
      { at: 'old' },
      { is: 'changed_outside', taskDefinition: 'new', isSameImage: true },
    ],
    [
      'another image in a revision that somebody else made',
      { at: 'old', runs: 'sha256:2' },
      { is: 'changed_outside', taskDefinition: 'new', isSameImage: false },
    ],
  ])('is %s', async (_, scene, drift) => {
    const { processes } = await statusOf({ active: 'v1', ...scene })

    expect(processes[0]?.drift).toEqual(drift)
  })

  it('stands there although another deployment waits for somebody’s approval', async () => {
    const waiting = someDeployment({
      id: 'dep_3',
      process: 'web',
      state: { is: 'awaiting_approval', policy: 'senior', until: 9_000 },
      timeline: [{ is: 'awaiting_approval', at: 1_000 }],
    })

    const { processes } = await statusOf({ active: 'v1', history: [waiting, live('dep_1', 'web')] })

    expect(processes[0]).toMatchObject({ dockerTag: 'v1', stage: 'active', waiting: { id: 'dep_3' } })
    expect(processes[0]).not.toHaveProperty('latest')
  })

  it('is nothing where somebody has stopped the process', async () => {
    const stop = { by: 'ada', at: 5_000, count: 2 }

    const { processes } = await statusOf({ stopped: [{ process: 'web', stop }] })

    expect(processes[0]).toMatchObject({ stopped: { by: 'ada', at: 5_000 } })
    expect(processes[0]).not.toHaveProperty('stage')
  })
})

type Scene = {
  /** The tag that the pointer of `web` names. */
  readonly active?: string
  /** Newest first. */
  readonly history?: readonly Deployment[]
  readonly denied?: 'groups' | 'addresses'
  /** The digest that ECS says it runs. */
  readonly runs?: string
  /** The revision that the pointer of `web` names; the service's is `new`. */
  readonly at?: string
  readonly stopped?: readonly object[]
}

async function statusOf({
  history = [],
  denied,
  active,
  runs = 'sha256:1',
  at = 'new',
  stopped = [],
}: Scene): Promise<AppStatus & { pages(): number }> {
  let pages = 0
  const refuse = async (): Promise<never> => {
    throw new Trouble({
      kind: 'denied',
      code: 'denied',
      message: 'no',
      awsCode: 'AccessDenied',
      operation: 'Describe',
    })
  }
  const group = { arn: 'tg', loadBalancers: ['lb'], intervalSeconds: 30, unhealthyThreshold: 2 }
  /** Only what status asks for. */
  const ports = {
    ecs: {
      cluster: async () => ({ name: 'shop', arn: 'arn:aws:ecs:eu-west-1:1:cluster/shop', tags: {} }),
      serviceArns: async () => ['web', 'worker'],
      services: async () => [
        { ...aService('web'), taskDefinition: 'new', currentRevisions: ['rev'] },
        aService('worker'),
      ],
      taskDefinition: async () => undefined,
      serviceRevisions: async (arns: readonly string[]) =>
        arns.map(arn => ({ arn, taskDefinition: 'new', images: [`shop@${runs}`] })),
    },
    targets: {
      groups: denied === 'groups' ? refuse : async () => [group],
      addresses: denied === 'addresses' ? refuse : async () => new Map([['lb', 'shop.elb']]),
    },
    records: {
      pointers: async () =>
        active === undefined
          ? []
          : [
              {
                app: 'shop',
                process: 'web',
                deploymentId: 'dep_1',
                dockerTag: active,
                imageDigest: 'sha256:1',
                taskDefinition: at,
                ecsCreatedAt: 0,
              },
            ],
      stoppedPointers: async () => stopped,
      leases: async () => [],
      saveDeployment: async (record: Deployment) => ({ record, version: 2 }),
      listDeployments: async ({ limit, from = '0' }: ListOptions) => {
        pages += 1
        const end = Number(from) + limit
        const deployments = history.slice(Number(from), end).map(record => ({ record, version: 1 }))
        return { deployments, ...(end < history.length && { next: String(end) }) }
      },
    },
  } as unknown as Ports
  const observer = { look: async () => new Map() } as unknown as Observer
  return { ...(await status({ app: 'shop' }, { ports, observer })), pages: () => pages }
}

function live(id: string, process: string): Deployment {
  return someDeployment({ id, process, state: { is: 'live', ecs: { taskDefinition: 'arn' } } })
}

function aService(name: string): Service {
  return {
    name,
    arn: name,
    cluster: 'shop',
    tags: name === 'web' ? { 'tapit:kind': 'web' } : {},
    controller: 'ECS',
    scheduling: 'REPLICA',
    desired: 1,
    running: 1,
    pending: 0,
    taskDefinition: '',
    deployments: [],
    wiring: [],
    loadBalancers: name === 'web' ? [{ targetGroup: 'tg' }] : [],
    gracePeriodSeconds: 0,
    configuration: {},
  }
}
