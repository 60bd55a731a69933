import { describe, expect, it } from 'vitest'
import { auditedRecords } from '../../../lib/actions/audit/audited-records.ts'
import { type Deployment, enter } from '../../../lib/deployment/deployment.ts'
import type { AuditEvent } from '../../../lib/records/audit.ts'
import type { Records, Stored } from '../../../lib/records/records.ts'
import { deployment, revision, t0 } from '../../deployment/builders.ts'

const ecs = { taskDefinition: revision }
const by = 'arn:aws:iam::123456789012:user/ada'

describe('records that are audited', () => {
  it('tell the first state of a deployment, with all that names it', async () => {
    const { audited, told } = opened(table())

    await audited().createDeployment(
      deployment({ state: { is: 'preparing', step: 'register' }, initiator: 'ci', reason: 'release 7' }),
    )

    expect(told).toEqual([
      {
        is: 'deployment',
        state: 'preparing',
        at: t0,
        app: 'shop',
        process: 'worker',
        deploymentId: 'dep_1',
        groupId: 'grp_1',
        dockerTag: 'v1.3.0',
        imageDigest: 'sha256:new',
        reason: 'release 7',
        details: {
          trigger: 'manual',
          strategy: 'rolling',
          initiator: 'ci',
          requestedBy: 'arn:aws:iam::123456789012:user/dev',
        },
      },
    ])
  })

  it('tell each state once, at the time it was entered, whatever else is written', async () => {
    const { audited, told } = opened(table())
    const records = audited()

    const first = await records.createDeployment(deployment())
    const second = await saved(records, enter(first.record, { is: 'checking', ecs }, t0 + 1), first)
    const third = await saved(records, { ...second.record, isRestored: true }, second)
    await saved(records, enter(third.record, { is: 'live', ecs }, t0 + 2), third)

    expect(told.map(stateAndTime)).toEqual([
      ['starting', t0],
      ['checking', t0 + 1],
      ['live', t0 + 2],
    ])
  })

  it('tell what several states were entered by one write, and nothing of what others wrote before', async () => {
    const records = table()
    const first = await records.createDeployment(deployment())
    const { audited, told } = opened(records)
    const command = audited()

    const read = await command.deployment('shop', 'dep_1')
    const checking = enter(first.record, { is: 'checking', ecs }, t0 + 1)
    await saved(command, enter(checking, { is: 'live', ecs }, t0 + 2), read ?? first)

    expect(told.map(stateAndTime)).toEqual([
      ['checking', t0 + 1],
      ['live', t0 + 2],
    ])
  })

  it('tell what one of two commands wrote, and not what the other could not write', async () => {
    const records = table()
    const first = await records.createDeployment(deployment())
    const { audited, told } = opened(records)
    const [one, other] = [audited(), audited()]
    await Promise.all([one.deployments('shop', ['dep_1']), other.deployments('shop', ['dep_1'])])
    const next = enter(first.record, { is: 'live', ecs }, t0 + 1)

    const answers = await Promise.all([one.saveDeployment(next, 1), other.saveDeployment(next, 1)])

    expect(answers.filter(answer => answer === 'conflict')).toHaveLength(1)
    expect(told.map(stateAndTime)).toEqual([['live', t0 + 1]])
  })

  it('read what they do not remember before it is written, so that nothing is told twice', async () => {
    const records = table()
    const first = await records.createDeployment(deployment())
    const { audited, told } = opened(records)

    await saved(audited(), enter(first.record, { is: 'live', ecs }, t0 + 1), first)

    expect(told.map(stateAndTime)).toEqual([['live', t0 + 1]])
  })

  it('tell a wish to cancel, the end that comes of it and who took over', async () => {
    const { audited, told } = opened(table())
    const records = audited()
    const first = await records.createDeployment(deployment())

    const wished = await saved(
      records,
      { ...first.record, cancelRequested: { by, reason: 'wrong tag', at: t0 + 1 } },
      first,
    )
    const cancellation = { code: 'superseded', successor: 'dep_2' } as const
    const end = enter(wished.record, { is: 'cancelled', reached: 'building', cancellation }, t0 + 2)
    await saved(records, end, wished)

    expect(told.slice(1)).toMatchObject([
      { is: 'cancel', deploymentId: 'dep_1', at: t0 + 1, reason: 'wrong tag', details: { by } },
      { is: 'deployment', state: 'cancelled', details: { code: 'superseded', successor: 'dep_2' } },
    ])
  })

  it('tell who let it go on after a pause', async () => {
    const { audited, told } = opened(table())
    const records = audited()
    const first = await records.createDeployment(deployment())
    const decision = { hookId: 'ecs-pause-1', stage: 'POST_TEST_TRAFFIC_SHIFT', by, at: t0 + 1 }

    const second = await saved(records, { ...first.record, decisions: [decision] }, first)
    await saved(records, { ...second.record, decisions: [decision, { ...decision, reason: 'ok' }] }, second)

    expect(told.slice(1)).toMatchObject([{ is: 'continue' }, { is: 'continue', reason: 'ok' }])
  })

  it('tell the code of a failure, not its sentence, which can hold what a container said', async () => {
    const { audited, told } = opened(table())
    const failure = { code: 'container_exited', message: 'PASSWORD=x', advice: 'y', evidence: [] } as const

    await audited().createDeployment(
      deployment({ state: { is: 'failed', failure, reached: 'starting_candidate' } }),
    )

    expect(told).toMatchObject([{ details: { code: 'container_exited' } }])
    expect(JSON.stringify(told)).not.toContain('PASSWORD')
  })

  it('hand on all else', async () => {
    const { audited } = opened(table())

    expect(await audited().pointers('shop')).toEqual([])
  })
})

function opened(records: Records) {
  const told: AuditEvent[] = []
  return { told, audited: () => auditedRecords(records, { tell: event => void told.push(event) }) }
}

function stateAndTime(event: AuditEvent): readonly unknown[] {
  return [event.is === 'deployment' ? event.state : event.is, event.at]
}

async function saved(
  records: Records,
  next: Deployment,
  { version }: Stored<Deployment>,
): Promise<Stored<Deployment>> {
  const answer = await records.saveDeployment(next, version)
  if (answer === 'conflict') throw new Error('conflict')
  return answer
}

/** A table of deployments: versions, and conditional writes. */
function table(): Records {
  const stored = new Map<string, Stored<Deployment>>()
  const write = (record: Deployment, version: number) => {
    stored.set(record.id, { record, version })
    return { record, version }
  }
  const some: Partial<Records> = {
    createDeployment: async record => write(record, 1),
    saveDeployment: async (record, version) =>
      stored.get(record.id)?.version === version ? write(record, version + 1) : 'conflict',
    deployment: async (_, id) => stored.get(id),
    deployments: async (_, ids) => ids.flatMap(id => stored.get(id) ?? []),
    pointers: async () => [],
  }
  return some as Records
}
