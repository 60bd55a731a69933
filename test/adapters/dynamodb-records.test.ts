import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { approvalPartition } from '../../lib/adapters/aws/record-keys.ts'
import type { Deployment } from '../../lib/deployment/deployment.ts'
import type { ApprovalItem } from '../../lib/records/approval.ts'
import type { Records } from '../../lib/records/records.ts'
import { type LossyProxy, type RunningServer, startDynalite, startLossyProxy } from './dynalite-server.ts'
import { localClient, makeTable, recordsAt } from './records-table.ts'
import { someDeployment, someGroup, someLease, somePointer } from './some-records.ts'

let server: RunningServer
let proxy: LossyProxy
let client: DynamoDBClient
let records: Records
/** The records through a proxy that can lose an answer. */
let lossy: Records
let apps = 0
/** An app of its own for each test: the table is shared. */
let app: string

beforeAll(async () => {
  server = await startDynalite()
  proxy = await startLossyProxy(server.port)
  client = localClient(server.port)
  await makeTable(client)
  records = recordsAt(client)
  lossy = recordsAt(localClient(proxy.port))
})

beforeEach(() => {
  apps += 1
  app = `shop${apps}`
})

afterAll(async () => {
  client.destroy()
  await proxy.close()
  await server.close()
})

describe('groups', () => {
  it('are read as they were written', async () => {
    const group = someGroup({ app, initiator: 'ada' })

    await records.createGroup(group)

    expect(await records.group(app, group.id)).toEqual(group)
    expect(await records.group(app, 'grp_none')).toBeUndefined()
  })

  it('have a newest one: the last by its id', async () => {
    await records.createGroup(someGroup({ app, id: 'grp_02' }))
    await records.createGroup(someGroup({ app, id: 'grp_03' }))
    await records.createGroup(someGroup({ app, id: 'grp_01' }))

    expect((await records.newestGroup(app))?.id).toBe('grp_03')
    expect(await records.newestGroup(`${app}-staging`)).toBeUndefined()
  })

  it('refuses a second group of the same id', async () => {
    await records.createGroup(someGroup({ app }))

    await expect(records.createGroup(someGroup({ app, initiator: 'eve' }))).rejects.toMatchObject({
      code: 'record_exists',
    })
  })

  it('are created once when the answer is lost', async () => {
    proxy.loseNextAnswer()
    await lossy.createGroup(someGroup({ app }))

    expect(await records.group(app, someGroup().id)).toEqual(someGroup({ app }))
  })
})

describe('deployments', () => {
  it('are read as they were written, without what is undefined', async () => {
    const deployment = someDeployment({
      app,
      health: { loadBalanced: true, containerHealthCheck: true, stayRunning: 0 },
    })

    const created = await records.createDeployment({ ...deployment, gitHash: undefined })

    const stored = await records.deployment(app, deployment.id)
    expect(created.version).toBe(1)
    expect(stored).toStrictEqual({ record: deployment, version: 1 })
  })

  it('refuses to create one that exists', async () => {
    await records.createDeployment(someDeployment({ app }))

    await expect(records.createDeployment(someDeployment({ app }))).rejects.toMatchObject({
      code: 'record_exists',
    })
  })

  it('are written in versions', async () => {
    const { record, version } = await records.createDeployment(someDeployment({ app }))

    const saved = await records.saveDeployment({ ...record, reason: 'because' }, version)

    expect(saved).toMatchObject({ version: 2 })
    expect(await records.deployment(app, record.id)).toMatchObject({
      record: { reason: 'because' },
      version: 2,
    })
  })

  it('conflict when another command wrote in between', async () => {
    const { record, version } = await records.createDeployment(someDeployment({ app }))
    await records.saveDeployment({ ...record, reason: 'first' }, version)

    const second = await records.saveDeployment({ ...record, reason: 'second' }, version)

    expect(second).toBe('conflict')
    expect(await records.deployment(app, record.id)).toMatchObject({
      record: { reason: 'first' },
      version: 2,
    })
  })

  it('conflict even when another command wrote the very same', async () => {
    const { record, version } = await records.createDeployment(someDeployment({ app }))
    const next = { ...record, reason: 'same' }

    const answers = await Promise.all([
      records.saveDeployment(next, version),
      records.saveDeployment(next, version),
    ])

    expect(answers.filter(answer => answer === 'conflict')).toHaveLength(1)
  })

  it('conflict when there is none', async () => {
    expect(await records.saveDeployment(someDeployment({ app }), 1)).toBe('conflict')
  })

  it('are created and saved once when the answers are lost', async () => {
    const before = proxy.lost()
    proxy.loseNextAnswer()
    const created = await lossy.createDeployment(someDeployment({ app }))
    proxy.loseNextAnswer()
    const saved = await lossy.saveDeployment({ ...created.record, reason: 'because' }, created.version)

    expect(proxy.lost() - before).toBe(2)
    expect(saved).toMatchObject({ version: 2 })
    expect(await records.deployment(app, created.record.id)).toMatchObject({ version: 2 })
  })

  it('are read many at a time, in the order that was asked for', async () => {
    const ids = Array.from({ length: 120 }, (_, index) => `dep_${String(index).padStart(4, '0')}`)
    await Promise.all(ids.map(id => records.createDeployment(someDeployment({ app, id }))))

    const found = await records.deployments(app, [...ids.toReversed(), 'dep_none', 'dep_0001'])

    expect(found.map(({ record }) => record.id)).toEqual(ids.toReversed())
  })

  it('keep only a sane length of evidence', async () => {
    const evidence = Array.from({ length: 50 }, () => ({ stoppedReason: 'x'.repeat(5_000) }))
    const failed: Deployment = someDeployment({
      app,
      state: { is: 'failed', reached: 'starting_candidate', failure: { code: 'container_exited', evidence } },
    })

    const { record } = await records.createDeployment(failed)

    expect(record.state).toMatchObject({ failure: { evidence: { length: 20 } } })
    expect(await records.deployment(app, failed.id)).toStrictEqual({ record, version: 1 })
    expect(JSON.stringify(record).length).toBeLessThan(50_000)
  })

  it('are kept without a digest while they are being built', async () => {
    const { imageDigest: _none, ...unbuilt } = someDeployment({
      app,
      source: 'https://github.com/example-org/shop',
      state: { is: 'preparing', step: 'build' },
    })

    await records.createDeployment(unbuilt)

    expect((await records.deployment(app, unbuilt.id))?.record).toEqual(unbuilt)
  })

  it('keep only a sane length of what a build said: a step may be a whole script', async () => {
    const image = { code: 'step_failed', message: 'no.', step: `RUN ${'x'.repeat(100_000)}`, exitCode: 1 }
    const failure = { code: 'build_failed', evidence: [], image } as const

    await records.createDeployment(
      someDeployment({ app, state: { is: 'failed', reached: 'building', failure } }),
    )

    const stored = await records.deployment(app, someDeployment().id)
    expect(stored?.record.state).toMatchObject({
      failure: { image: { ...image, step: expect.stringMatching(/^RUN x{1995}…$/) } },
    })
  })

  it('refuses a record that is larger than DynamoDB takes', async () => {
    const huge = someDeployment({ app, reason: 'x'.repeat(410 * 1_024) })

    await expect(records.createDeployment(huge)).rejects.toMatchObject({ code: 'record_too_large' })
  })

  it('refuses a record of a newer tapit', async () => {
    await records.createDeployment(someDeployment({ app }))
    const key = { pk: { S: `${app}#deployment` }, sk: { S: someDeployment().id } }
    const { Item = {} } = await client.send(new GetItemCommand({ TableName: 'tapit', Key: key }))
    await client.send(new PutItemCommand({ TableName: 'tapit', Item: { ...Item, schema: { N: '2' } } }))

    await expect(records.deployment(app, someDeployment().id)).rejects.toMatchObject({ code: 'record_newer' })
    await expect(records.listDeployments({ app, limit: 5 })).rejects.toMatchObject({ code: 'record_newer' })
  })

  it('refuses an item that is no record of tapit', async () => {
    const Item = { pk: { S: `${app}#deployment` }, sk: { S: 'dep_01' }, hello: { S: 'world' } }
    await client.send(new PutItemCommand({ TableName: 'tapit', Item }))

    await expect(records.deployment(app, 'dep_01')).rejects.toMatchObject({ code: 'record_unreadable' })
  })
})

describe('the list of deployments', () => {
  it('is newest first, in pages', async () => {
    await create(7)

    const first = await records.listDeployments({ app, limit: 3 })
    const second = await records.listDeployments({ app, limit: 3, from: first.next })
    const third = await records.listDeployments({ app, limit: 3, from: second.next })

    const idsOf = ({ deployments }: typeof first): string[] => deployments.map(({ record }) => record.id)
    expect(idsOf(first)).toEqual(['dep_0006', 'dep_0005', 'dep_0004'])
    expect(idsOf(second)).toEqual(['dep_0003', 'dep_0002', 'dep_0001'])
    expect(idsOf(third)).toEqual(['dep_0000'])
    expect(third.next).toBeUndefined()
  })

  it('has no next page when it ends with this one', async () => {
    await create(3)

    expect((await records.listDeployments({ app, limit: 3 })).next).toBeUndefined()
  })

  it('is filtered by process and status, over as many pages as it takes', async () => {
    const live = { is: 'live', ecs: { taskDefinition: 'arn' } } as const
    await create(250, index => ({
      process: index % 2 === 0 ? 'default' : 'worker',
      ...(index < 4 && { state: live }),
    }))

    const found = await records.listDeployments({
      app,
      processes: ['default', 'other'],
      status: 'finalized',
      limit: 1,
    })
    const rest = await records.listDeployments({
      app,
      processes: ['default'],
      status: 'finalized',
      limit: 5,
      from: found.next,
    })

    expect(found.deployments.map(({ record }) => record.id)).toEqual(['dep_0002'])
    expect(rest.deployments.map(({ record }) => record.id)).toEqual(['dep_0000'])
    expect(rest.next).toBeUndefined()
  })

  it('is filtered by more processes than one expression takes', async () => {
    const others = Array.from({ length: 400 }, (_, index) => `a-process-of-a-long-name-${index}`)
    const live = { is: 'live', ecs: { taskDefinition: 'arn' } } as const
    await create(7, index => ({
      process: index % 2 === 0 ? 'default' : 'worker',
      ...(index < 4 && { state: live }),
    }))

    const asked = { app, processes: [...others, 'default'], limit: 3 }
    const first = await records.listDeployments(asked)
    const second = await records.listDeployments({ ...asked, ...(first.next && { from: first.next }) })
    const finalized = await records.listDeployments({ ...asked, status: 'finalized' })

    const idsOf = ({ deployments }: typeof first): string[] => deployments.map(({ record }) => record.id)
    expect(idsOf(first)).toEqual(['dep_0006', 'dep_0004', 'dep_0002'])
    expect(idsOf(second)).toEqual(['dep_0000'])
    expect(second.next).toBeUndefined()
    expect(idsOf(finalized)).toEqual(['dep_0002', 'dep_0000'])
  })

  it('is empty for no processes', async () => {
    await create(1)

    expect(await records.listDeployments({ app, processes: [], limit: 5 })).toEqual({ deployments: [] })
  })

  it.each([
    ['nonsense', 'nonsense'],
    ['nothing', ''],
    ["another app's page", Buffer.from(JSON.stringify(['other', 'dep_0001'])).toString('base64url')],
    ['a page that is no id', Buffer.from(JSON.stringify(['shop', 'grp_0001'])).toString('base64url')],
  ])('refuses %s as a page', async (_, from) => {
    await expect(records.listDeployments({ app, limit: 3, from })).rejects.toMatchObject({
      code: 'bad_page_token',
      exitCode: 2,
    })
  })
})

describe('an approval', () => {
  const ada = (): ApprovalItem => ({
    app,
    deploymentId: 'dep_01',
    by: 'arn:aws:sts::123456789012:assumed-role/senior/ada',
    userId: 'AROASENIOR:ada',
    at: 1,
    imageDigest: 'sha256:1',
    definition: 'sha256:2',
  })

  it('stands in the partition of whoever gave it, which ends in their aws:userid', async () => {
    await records.createApproval(ada())

    const found = await records.approvals(app, 'dep_01', ['AROASENIOR:ada', 'AROASENIOR:eve'])

    expect(found).toEqual([ada()])
    expect(approvalPartition(app, ada().userId)).toBe(`${app}#approval#AROASENIOR:ada`)
    expect(await records.approvals(app, 'dep_02', ['AROASENIOR:ada'])).toEqual([])
  })

  it('stays as it was given first', async () => {
    await records.createApproval({ ...ada(), deploymentId: 'dep_03' })

    const second = await records.createApproval({ ...ada(), deploymentId: 'dep_03', at: 2, message: 'again' })

    expect(second).toMatchObject({ at: 1 })
    expect(await records.approvals(app, 'dep_03', [ada().userId])).toEqual([
      { ...ada(), deploymentId: 'dep_03' },
    ])
  })

  it('is not found in another one’s name', async () => {
    // Somebody wrote, in a partition of their own, that they are somebody else.
    await records.createApproval({ ...ada(), deploymentId: 'dep_04', userId: 'AROASENIOR:eve' })

    expect(await records.approvals(app, 'dep_04', ['AROASENIOR:ada'])).toEqual([])
  })

  it('is asked for of nobody without a call', async () => {
    expect(await records.approvals(app, 'dep_01', [])).toEqual([])
  })
})

describe('the pointer', () => {
  it('moves to a later ECS deployment, and never back', async () => {
    const older = somePointer({ app, ecsCreatedAt: 1_000 })
    const newer = somePointer({ app, ecsCreatedAt: 2_000, deploymentId: 'dep_02' })

    expect(await records.movePointer(older)).toBe(true)
    expect(await records.movePointer(newer)).toBe(true)
    expect(await records.movePointer(older)).toBe(false)
    expect(await records.pointers(app)).toEqual([newer])
  })

  it('is held by the latest of many that move it at once', async () => {
    const times = Array.from({ length: 20 }, (_, index) => (index * 7) % 20)

    await Promise.all(times.map(ecsCreatedAt => records.movePointer(somePointer({ app, ecsCreatedAt }))))

    expect(await records.pointers(app)).toMatchObject([{ ecsCreatedAt: 19 }])
  })

  it('does not move to another deployment that was created at the same moment', async () => {
    await records.movePointer(somePointer({ app }))

    expect(await records.movePointer(somePointer({ app, deploymentId: 'dep_02' }))).toBe(false)
  })

  it('is where it should be when the same deployment is finalized twice', async () => {
    await records.movePointer(somePointer({ app }))

    expect(await records.movePointer(somePointer({ app }))).toBe(true)
  })

  it('has moved when the answer is lost', async () => {
    proxy.loseNextAnswer()

    expect(await lossy.movePointer(somePointer({ app }))).toBe(true)
  })

  it('is one per process', async () => {
    await records.movePointer(somePointer({ app, process: 'default' }))
    await records.movePointer(somePointer({ app, process: 'worker' }))

    expect((await records.pointers(app)).map(({ process }) => process)).toEqual(['default', 'worker'])
  })
})

describe('the lease', () => {
  it('is taken by exactly one of twenty', async () => {
    const holders = Array.from({ length: 20 }, (_, index) => `holder-${index}`)

    const answers = await Promise.all(holders.map(holder => records.takeLease(someLease({ app, holder }))))

    const held = await records.lease(app, 'worker')
    expect(answers.filter(({ taken }) => taken)).toHaveLength(1)
    expect(answers.filter(answer => !answer.taken && answer.held?.holder === held?.holder)).toHaveLength(19)
  })

  it('is taken over from a dead holder by exactly one of twenty', async () => {
    const dead = someLease({ app, holder: 'dead' })
    await records.takeLease(dead)
    const holders = Array.from({ length: 20 }, (_, index) => `holder-${index}`)

    const answers = await Promise.all(
      holders.map(holder => records.takeLease(someLease({ app, holder }), dead)),
    )

    expect(answers.filter(({ taken }) => taken)).toHaveLength(1)
  })

  it('is not taken over from a holder that renewed it', async () => {
    const lease = someLease({ app })
    await records.takeLease(lease)
    const renewed = await records.renewLease(lease, 5_000)

    const answer = await records.takeLease(someLease({ app, holder: 'other' }), lease)

    expect(answer).toEqual({ taken: false, held: renewed })
  })

  it('is taken over when its holder gave it back in the meantime', async () => {
    const lease = someLease({ app })
    await records.takeLease(lease)
    await records.releaseLease(lease)

    expect(await records.takeLease(someLease({ app, holder: 'other' }), lease)).toEqual({ taken: true })
  })

  it('is renewed with the next version', async () => {
    const lease = someLease({ app })
    await records.takeLease(lease)

    const renewed = await records.renewLease(lease, 5_000)

    expect(renewed).toEqual({ ...lease, version: 2, renewedAt: 5_000 })
    expect(await records.leases(app)).toEqual([renewed])
  })

  it('is lost after a takeover, and after it is gone', async () => {
    const lease = someLease({ app })
    await records.takeLease(lease)
    const successor = someLease({ app, holder: 'other' })
    await records.takeLease(successor, lease)

    expect(await records.renewLease(lease, 5_000)).toBe('lost')
    await records.releaseLease(successor)
    expect(await records.renewLease(lease, 6_000)).toBe('lost')
    expect(await records.lease(app, 'worker')).toBeUndefined()
  })

  it('is given back also when a renewal came in between', async () => {
    const lease = someLease({ app })
    await records.takeLease(lease)
    await records.renewLease(lease, 5_000)

    await records.releaseLease(lease)

    expect(await records.lease(app, 'worker')).toBeUndefined()
  })

  it('stays when somebody else gives it back', async () => {
    const lease = someLease({ app })
    await records.takeLease(lease)

    await records.releaseLease(someLease({ app, holder: 'other' }))

    expect(await records.lease(app, 'worker')).toEqual(lease)
  })

  it('is taken, renewed and given back when the answers are lost', async () => {
    const lease = someLease({ app })
    const before = proxy.lost()

    proxy.loseNextAnswer()
    expect(await lossy.takeLease(lease)).toEqual({ taken: true })
    proxy.loseNextAnswer()
    const renewed = await lossy.renewLease(lease, 5_000)
    expect(renewed).toMatchObject({ version: 2 })
    proxy.loseNextAnswer()
    await lossy.releaseLease(lease)

    expect(proxy.lost() - before).toBe(3)
    expect(await records.lease(app, 'worker')).toBeUndefined()
  })
})

describe('without a table', () => {
  it('refuses every call, and says what to do', async () => {
    const empty = await startDynalite()
    const none = recordsAt(localClient(empty.port))

    const calls = [
      none.newestGroup(app),
      none.deployments(app, ['dep_01']),
      none.createGroup(someGroup()),
      none.movePointer(somePointer()),
      none.takeLease(someLease()),
      none.renewLease(someLease(), 1),
      none.releaseLease(someLease()),
    ]

    const outcomes = await Promise.allSettled(calls)
    await empty.close()
    const refusal = {
      code: 'no_table',
      advice: 'tapit setup',
      message: expect.stringContaining(
        'there is no table "tapit" in eu-west-1 (account 123456789012)',
      ) as unknown,
    }
    expect(outcomes).toMatchObject(calls.map(() => ({ status: 'rejected', reason: refusal })))
  })
})

/** Deployments `dep_0000` and so on. */
async function create(
  count: number,
  own: (index: number) => Partial<Deployment> = () => ({}),
): Promise<void> {
  const numbers = Array.from({ length: count }, (_, index) => index)
  await Promise.all(
    numbers.map(index =>
      records.createDeployment(
        someDeployment({ app, id: `dep_${String(index).padStart(4, '0')}`, ...own(index) }),
      ),
    ),
  )
}
