import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Approval } from '../../../lib/deployment/approval.ts'
import { awsPorts } from '../../../lib/adapters/aws/aws-ports.ts'
import { type Running, type Shop, openShop } from '../../fakes/shop.ts'
import { as, asCaller, jsonAs, putPolicy } from './policies.ts'
import { changeTemplate, deleteImage, runningTags, serviceDeployments } from './scenes.ts'

const seniorApproval = {
  name: 'senior-approval',
  effect: 'require_approval',
  environments: ['production'],
  approvers: ['*:role/senior'],
}

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
  await shop.push({ tag: 'one' })
})
afterEach(() => shop.close())

describe('an approval', { timeout: 60_000 }, () => {
  it('is waited for with nothing asked of ECS; approved and executed, it goes live', async () => {
    await putPolicy(shop, seniorApproval)

    const asked = await ask('worker')
    expect(asked).toMatchObject({
      code: 4,
      document: {
        group: { status: 'creating_approval' },
        deployments: [{ status: 'creating_approval', approval: 'pending', approvals: [] }],
      },
    })
    expect(serviceDeployments(shop, 'worker')).toHaveLength(1)
    const { id } = asked.document.deployments[0]

    const approved = await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`, 'message=seen')
    expect(approved).toMatchObject({
      code: 0,
      document: {
        deployments: [{ approval: 'approved', approvals: [{ by: byAda, message: 'seen' }] }],
      },
    })

    const executed = await jsonAs(shop, 'senior/ada', 'execute', 'deploy', `id=${id}`, '--wait')
    expect(executed).toMatchObject({
      code: 0,
      document: { deployments: [{ id, status: 'finalized', approval: 'approved', isActive: true }] },
    })
    expect(runningTags(shop, 'worker')).toEqual(['one'])
  })

  it('says whose yes it wants and how to go on, and in the end who said it', async () => {
    await putPolicy(shop, seniorApproval)

    const asked = await as(shop, 'bob', 'create', 'deploy', 'process=worker', 'docker_tag=one')
    const id = idIn(asked.stdout)
    await as(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`, 'message=seen')
    const shown = await shop.tapit('show', 'deploy', `id=${id}`)

    expect(asked.code).toBe(4)
    expect(asked.stdout).toMatch(/senior-approval \(in production\) wants 1 approval from \*:role\/senior/)
    expect(asked.stdout).toContain(`tapit -a shop approve deploy id=${id}`)
    expect(asked.stdout).toContain(`tapit -a shop execute deploy id=${id}`)
    expect(shown.stdout).toMatch(/senior\/ada approved it: seen/)
    expect(shown.stdout).toMatch(/somebody has to start it before/)
  })

  it('with --wait the deploy starts when it is approved', async () => {
    await putPolicy(shop, seniorApproval)
    const deploying = start('bob', 'create', 'deploy', 'process=worker', 'docker_tag=one', '--wait')
    const id = await waitingId()

    await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)

    const { code, stdout } = await deploying.ended
    expect(code).toBe(0)
    expect(JSON.parse(stdout).deployments).toMatchObject([{ id, status: 'finalized', approval: 'approved' }])
  })

  it('that is denied ends the deploy that waits for it, with exit 4', async () => {
    await putPolicy(shop, seniorApproval)
    const deploying = start('bob', 'create', 'deploy', 'process=worker', 'docker_tag=one', '--wait')
    const id = await waitingId()

    await jsonAs(shop, 'senior/ada', 'deny', 'deploy', `id=${id}`, 'message=not today')

    const { code, stdout } = await deploying.ended
    expect(code).toBe(4)
    expect(JSON.parse(stdout).deployments).toMatchObject([
      {
        status: 'creating_approval_denied',
        approval: 'denied',
        denied: { because: 'person', by: byAda, reason: 'not today' },
      },
    ])
    expect(serviceDeployments(shop, 'worker')).toHaveLength(1)
  })

  it.each([
    ['when the time given is over', ['--timeout', '5s'], () => {}, 4],
    ['at Ctrl-C', [], (deploying: Running) => deploying.interrupt(), 130],
  ] as const)('goes on waiting %s, and says how to go on', async (_, flags, act, code) => {
    await putPolicy(shop, seniorApproval)
    const deploying = shop.start(
      ['create', 'deploy', 'process=worker', 'docker_tag=one', '--wait', ...flags],
      asCaller('bob'),
    )
    const id = await waitingId()

    act(deploying)

    const { code: ended, stdout } = await deploying.ended
    expect(ended).toBe(code)
    expect(stdout).toContain(`tapit -a shop execute deploy id=${id}`)
    expect(await shown(id)).toMatchObject({ status: 'creating_approval' })
  })

  it('and what was denied stand in the audit, with who and why', async () => {
    await putPolicy(shop, seniorApproval)
    const [first, second] = [await askedId('worker'), await askedId('scheduler')]
    await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${first}`, 'message=seen')
    await jsonAs(shop, 'senior/eve', 'deny', 'deploy', `id=${second}`, 'message=no')

    const of = async (id: string, kind: string) => {
      const { document } = await shop.json('show', 'audit', `id=${id}`)
      return document.events.filter(({ event }: { event: string }) => event === kind)
    }

    expect(await of(first, 'approval')).toMatchObject([{ caller: byAda, reason: 'seen', process: 'worker' }])
    expect(await of(second, 'denial')).toMatchObject([
      { caller: expect.stringContaining('senior/eve'), reason: 'no', process: 'scheduler' },
    ])
  })

  it('holds the whole deploy where one of its processes needs it', async () => {
    await putPolicy(shop, { ...seniorApproval, processes: ['worker'] })

    const asked = await ask('worker,scheduler')

    expect(asked.document.deployments).toMatchObject([
      { process: 'scheduler', status: 'creating_approval' },
      { process: 'worker', status: 'creating_approval' },
    ])
  })

  it('of a group is given to all of it, and executed at once', async () => {
    await putPolicy(shop, seniorApproval)
    const asked = await ask('worker,scheduler')
    const { id } = asked.document.group

    await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)
    const executed = await jsonAs(shop, 'bob', 'execute', 'deploy', `id=${id}`, '--wait')

    expect(executed.code).toBe(0)
    expect(executed.document.deployments).toMatchObject([
      { process: 'scheduler', status: 'finalized' },
      { process: 'worker', status: 'finalized' },
    ])
  })

  it('stands in nobody’s way, and still holds when another deployment has gone live meanwhile', async () => {
    await putPolicy(shop, { ...seniorApproval, callers: ['*:role/bob'] })
    const id = await askedId('worker')

    const other = await jsonAs(
      shop,
      'carol',
      'create',
      'deploy',
      'process=worker',
      'docker_tag=v1.2.3',
      '--wait',
    )
    await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)
    const executed = await jsonAs(shop, 'senior/ada', 'execute', 'deploy', `id=${id}`, '--wait')

    expect([other.code, executed.code]).toEqual([0, 0])
    expect(runningTags(shop, 'worker')).toEqual(['one'])
  })

  it('of two people is there when both have said yes', async () => {
    await putPolicy(shop, { ...seniorApproval, approvals: 2 })
    const id = await askedId('worker')

    const first = await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)
    const early = await jsonAs(shop, 'senior/ada', 'execute', 'deploy', `id=${id}`)
    const second = await jsonAs(shop, 'senior/eve', 'approve', 'deploy', `id=${id}`)

    expect(first.document.deployments).toMatchObject([{ approval: 'pending' }])
    expect(early).toMatchObject({
      code: 4,
      document: { error: { code: 'not_approved', message: expect.stringContaining('1 more approval') } },
    })
    expect(second.document.deployments).toMatchObject([{ approval: 'approved' }])
  })

  it('has its time to be started from the yes that was enough, whoever says yes after that', async () => {
    await putPolicy(shop, seniorApproval)
    const id = await approvedId('worker')
    const { approvalUntil } = await shown(id)
    await shop.clock.sleep(5_000)

    const late = await jsonAs(shop, 'senior/eve', 'approve', 'deploy', `id=${id}`)

    expect(late.document.deployments).toMatchObject([{ approvals: [{}, {}], approvalUntil }])
  })

  it.each([
    ['is live', 'execute', 'is live'],
    ['was cancelled', 'cancel', 'cancelled'],
  ])('executed once it %s is not said to be deploying', async (_, verb, said) => {
    await putPolicy(shop, seniorApproval)
    const id = await approvedId('worker')
    await as(shop, 'bob', verb, 'deploy', `id=${id}`, '--wait')

    const again = await as(shop, 'bob', 'execute', 'deploy', `id=${id}`)

    expect(again.stdout).toContain(said)
    expect(again.stderr).not.toMatch(/deploying/)
  })

  it('executed a second time tells how it stands', async () => {
    await putPolicy(shop, seniorApproval)
    const id = await askedId('worker')
    await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)
    await jsonAs(shop, 'bob', 'execute', 'deploy', `id=${id}`)

    const again = await jsonAs(shop, 'senior/ada', 'execute', 'deploy', `id=${id}`, '--wait')

    expect(again).toMatchObject({ code: 0, document: { deployments: [{ id, status: 'finalized' }] } })
    expect(serviceDeployments(shop, 'worker')).toHaveLength(2)
  })

  it('brings the image that was approved, whatever its tag means by now', async () => {
    await putPolicy(shop, seniorApproval)
    const asked = await ask('worker')
    const { id, imageDigest } = asked.document.deployments[0]
    await shop.push({ tag: 'one', behaviour: 'crash' })

    await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)
    const executed = await jsonAs(shop, 'senior/ada', 'execute', 'deploy', `id=${id}`, '--wait')

    expect(executed.document.deployments).toMatchObject([{ imageDigest, status: 'finalized' }])
  })

  it('of a rollback is asked for as well, and brings back what was meant', async () => {
    await deployed('v1.2.3')
    const back = await deployed('one')
    await deployed('v1.2.3')
    await putPolicy(shop, { ...seniorApproval, triggers: ['rollback'] })

    const asked = await jsonAs(shop, 'bob', 'rollback', `to=${back}`)
    const { id } = asked.document.deployments[0]
    await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)
    const executed = await jsonAs(shop, 'senior/ada', 'execute', 'deploy', `id=${id}`, '--wait')

    expect(asked.code).toBe(4)
    expect(executed.document.deployments).toMatchObject([
      { trigger: 'rollback', restores: back, dockerTag: 'one', status: 'finalized' },
    ])
  })
})

describe('an approval is refused', { timeout: 60_000 }, () => {
  it.each([
    ['to whoever asked for it', 'senior/bob', 'own_deployment'],
    ['to whoever is none of its approvers', 'carol', 'not_an_approver'],
  ])('%s', async (_, caller, code) => {
    await putPolicy(shop, seniorApproval)
    const id = await askedId('worker')

    const approved = await jsonAs(shop, caller, 'approve', 'deploy', `id=${id}`)

    expect(approved).toMatchObject({ code: 3, document: { error: { code } } })
    expect(await shown(id)).toMatchObject({ approval: 'pending', approvals: [] })
  })

  it('to whoever asked for it as an IAM user, in a session of their own name', async () => {
    await putPolicy(shop, seniorApproval)
    const id = await askedId('worker')
    await forge(id, approval => ({ ...approval, requester: 'AIDAADA' }), {
      caller: 'arn:aws:iam::123456789012:user/people/ada',
    })

    const approved = await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)

    expect(approved).toMatchObject({ code: 3, document: { error: { code: 'own_deployment' } } })
  })

  it('a second time to the same person', async () => {
    await putPolicy(shop, { ...seniorApproval, approvals: 2 })
    const id = await askedId('worker')
    await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)

    const again = await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)

    expect(again).toMatchObject({ code: 3, document: { error: { code: 'approved_already' } } })
    expect((await shown(id)).approvals).toHaveLength(1)
  })

  it.each([
    ['of what is nobody’s', 'id=dep_01jd0000000000000000000000', 3, 'unknown_deployment'],
    ['of an id that is none', 'id=shop', 2, 'bad_id'],
  ])('%s', async (_, id, code, error) => {
    const approved = await jsonAs(shop, 'senior/ada', 'approve', 'deploy', id)

    expect(approved).toMatchObject({ code, document: { error: { code: error } } })
  })

  it('of another app: its id is unknown here', async () => {
    await putPolicy(shop, seniorApproval)
    const id = await askedId('worker')

    const approved = await jsonAs(shop, 'senior/ada', '-a', 'other', 'approve', 'deploy', `id=${id}`)

    expect(approved).toMatchObject({ code: 3, document: { error: { code: 'unknown_deployment' } } })
  })

  it.each([[['id=']], [[]]])('without an id (%j)', async keys => {
    const codes = await Promise.all(
      ['approve', 'deny', 'execute'].map(async verb => (await shop.tapit(verb, 'deploy', ...keys)).code),
    )

    expect(codes).toEqual([2, 2, 2])
  })

  it('of what was deployed already', async () => {
    const id = await deployed('one')

    const approved = await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)

    expect(approved).toMatchObject({ code: 3, document: { error: { code: 'not_waiting_for_approval' } } })
  })

  it('of what was cancelled', async () => {
    await putPolicy(shop, seniorApproval)
    const id = await askedId('worker')

    const cancelled = await jsonAs(shop, 'bob', 'cancel', 'deploy', `id=${id}`)
    const approved = await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)

    expect(cancelled.document.deployments).toMatchObject([{ status: 'cancelled', approval: 'cancelled' }])
    expect(approved).toMatchObject({ code: 3, document: { error: { code: 'not_waiting_for_approval' } } })
  })

  it('once the time to reply is over', async () => {
    await putPolicy(shop, { ...seniorApproval, timeToReplyMinutes: 1 })
    const id = await askedId('worker')
    await shop.clock.sleep(61_000)

    const approved = await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)

    expect(approved).toMatchObject({ code: 3, document: { error: { code: 'approval_expired' } } })
    expect(await shown(id)).toMatchObject({ status: 'creating_approval_denied', approval: 'expired' })
  })
})

describe('what was approved is not started', { timeout: 60_000 }, () => {
  it('once the time for that is over', async () => {
    await putPolicy(shop, { ...seniorApproval, allowedTimeToExecuteMinutes: 1 })
    const id = await approvedId('worker')
    await shop.clock.sleep(61_000)

    const executed = await jsonAs(shop, 'bob', 'execute', 'deploy', `id=${id}`)

    expect(executed).toMatchObject({
      code: 4,
      document: { deployments: [{ approval: 'expired', denied: { because: 'not_executed' } }] },
    })
  })

  it('with another task definition: the approval is void', async () => {
    await putPolicy(shop, seniorApproval)
    const id = await approvedId('worker')
    changeTemplate(shop, 'worker', { environment: [{ name: 'QUEUE', value: 'other' }] })

    const executed = await jsonAs(shop, 'bob', 'execute', 'deploy', `id=${id}`)

    expect(executed).toMatchObject({ code: 4, document: { error: { code: 'approval_void' } } })
    expect(await shown(id)).toMatchObject({
      status: 'creating_approval_denied',
      denied: { because: 'changed' },
    })
  })

  it('where its image is gone', async () => {
    await putPolicy(shop, seniorApproval)
    const id = await approvedId('worker')
    deleteImage(shop, 'one')

    const executed = await jsonAs(shop, 'bob', 'execute', 'deploy', `id=${id}`)

    expect(executed).toMatchObject({ code: 3, document: { error: { code: 'image_not_found' } } })
  })

  it('where a freeze has begun since', async () => {
    await putPolicy(shop, seniorApproval)
    const id = await approvedId('worker')
    await putPolicy(shop, { name: 'freeze', effect: 'deny' })

    const executed = await jsonAs(shop, 'bob', 'execute', 'deploy', `id=${id}`)

    expect(executed).toMatchObject({
      code: 4,
      document: { deployments: [{ id, status: 'creating_approval_denied', denied: { policy: 'freeze' } }] },
    })
  })

  it('past a freeze that has begun since, though a policy before it was overridden', async () => {
    await putPolicy(shop, seniorApproval)
    await putPolicy(shop, { name: 'friday', effect: 'deny', override: true })
    const asked = await jsonAs(
      shop,
      'bob',
      'create',
      'deploy',
      'process=worker',
      'docker_tag=one',
      'override=site is down',
    )
    const { id } = asked.document.deployments[0]
    await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)
    await putPolicy(shop, { name: 'freeze', effect: 'deny', override: true })

    const executed = await jsonAs(shop, 'bob', 'execute', 'deploy', `id=${id}`)

    expect(asked.document.deployments).toMatchObject([
      { status: 'creating_approval', overridden: { policies: ['friday'] } },
    ])
    expect(executed).toMatchObject({
      code: 4,
      document: { deployments: [{ id, status: 'creating_approval_denied', denied: { policy: 'freeze' } }] },
    })
    expect(serviceDeployments(shop, 'worker')).toHaveLength(1)
  })

  it('where the record says more than its approvers have', async () => {
    await putPolicy(shop, seniorApproval)
    const id = await askedId('worker')
    await forge(id, approval => ({
      ...approval,
      given: [{ by: 'arn:aws:sts::123456789012:assumed-role/senior/eve', userId: 'AROAEVE:eve', at: 0 }],
      met: { at: shop.clock.now(), executeUntil: shop.clock.now() + 3_600_000 },
    }))

    const executed = await jsonAs(shop, 'bob', 'execute', 'deploy', `id=${id}`)

    expect(executed).toMatchObject({ code: 4, document: { error: { code: 'not_approved' } } })
    expect(serviceDeployments(shop, 'worker')).toHaveLength(1)
  })

  it('with credentials that expire while somebody makes up their mind: exit 4, and it goes on waiting', async () => {
    await putPolicy(shop, seniorApproval)
    const deploying = start('bob', 'create', 'deploy', 'process=worker', 'docker_tag=one', '--wait')
    const id = await waitingId()
    const heal = shop.sandbox.faults.add({ operation: 'BatchGetItem', effect: 'expire' })

    const { code, stdout } = await deploying.ended
    heal()

    expect(code).toBe(4)
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'credentials_expired',
      advice: expect.stringContaining(`tapit -a shop execute deploy id=${id}`),
    })
    expect(await shown(id)).toMatchObject({ status: 'creating_approval' })
  })
})

describe('a command that breaks off', { timeout: 60_000 }, () => {
  it('between an approver’s word and the record of the deployment: the approver says it again', async () => {
    await putPolicy(shop, seniorApproval)
    const id = await askedId('worker')
    shop.sandbox.faults.add({ operation: 'PutItem', when: isOf('#deployment'), times: 1, effect: 'deny' })

    const first = await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)
    const second = await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)

    expect(first.code).toBe(3)
    expect(second).toMatchObject({ code: 0, document: { deployments: [{ approval: 'approved' }] } })
    expect((await jsonAs(shop, 'bob', 'execute', 'deploy', `id=${id}`, '--wait')).code).toBe(0)
  })

  it('between two of a group that it starts: none is started, and what waits still can be', async () => {
    await putPolicy(shop, seniorApproval)
    const asked = await ask('worker,scheduler')
    const { id } = asked.document.group
    await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)
    shop.sandbox.faults.add({
      operation: 'PutItem',
      when: isOf('#deployment'),
      after: 1,
      times: 1,
      effect: 'deny',
    })

    const broken = await jsonAs(shop, 'bob', 'execute', 'deploy', `id=${id}`)
    const left = await shop.json('show', 'deploy', `id=${id}`)
    const again = await jsonAs(shop, 'bob', 'execute', 'deploy', `id=${id}`, '--wait')

    expect(broken.code).toBe(3)
    expect(left.document.deployments).toMatchObject([
      { status: 'cancelled' },
      { status: 'creating_approval' },
    ])
    expect(again.document.deployments).toMatchObject([{ process: 'worker', status: 'finalized' }])
  })
})

describe('at the same moment', { timeout: 60_000 }, () => {
  beforeEach(() => {
    // Each reads before the other one has written.
    shop.sandbox.faults.add({ operation: 'PutItem', effect: { delay: 150 } })
  })

  it('two approvers both count', async () => {
    await putPolicy(shop, { ...seniorApproval, approvals: 2 })
    const id = await askedId('worker')

    const codes = await Promise.all(
      ['senior/ada', 'senior/eve'].map(
        async who => (await as(shop, who, 'approve', 'deploy', `id=${id}`)).code,
      ),
    )

    expect(codes).toEqual([0, 0])
    expect(await shown(id)).toMatchObject({ approval: 'approved', approvals: [{}, {}] })
  })

  it('a yes and a no: the one that comes second is told', async () => {
    await putPolicy(shop, seniorApproval)
    const id = await askedId('worker')

    const [yes, no] = await Promise.all([
      jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`),
      jsonAs(shop, 'senior/eve', 'deny', 'deploy', `id=${id}`),
    ])

    // A no also counts after a yes.
    expect(no.code).toBe(0)
    expect([0, 3]).toContain(yes.code)
    expect(await shown(id)).toMatchObject({ status: 'creating_approval_denied', approval: 'denied' })
  })

  it('an approval and a cancel: cancelled it stays', async () => {
    await putPolicy(shop, seniorApproval)
    const id = await askedId('worker')

    const [, cancelled] = await Promise.all([
      jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`),
      jsonAs(shop, 'bob', 'cancel', 'deploy', `id=${id}`),
    ])

    expect(cancelled.code).toBe(0)
    expect((await shown(id)).status).toBe('cancelled')
  })

  it.each([
    ['without --wait', []],
    ['with --wait', ['--wait']],
  ])('two who start it, %s: one does, and the other one is told who, and how it goes', async (_, flags) => {
    await putPolicy(shop, seniorApproval)
    const id = await approvedId('worker')

    const runs = await Promise.all(
      ['bob', 'senior/ada'].map(who => as(shop, who, 'execute', 'deploy', `id=${id}`, ...flags)),
    )

    const told = runs.map(({ stderr }) => stderr).join('')
    expect(runs.map(({ code }) => code)).toEqual([0, 0])
    expect(told.match(/has started it already/g)).toHaveLength(1)
    expect(told).toMatch(/worker: warning: (?:bob\/bob|senior\/ada) has started it already\./)
    expect(serviceDeployments(shop, 'worker')).toHaveLength(2)
  })

  it('two who start what fails: both have its exit code', async () => {
    await shop.push({ tag: 'one', behaviour: 'crash' })
    await putPolicy(shop, seniorApproval)
    const id = await approvedId('worker')

    const runs = await Promise.all(
      ['bob', 'senior/ada'].map(who => as(shop, who, 'execute', 'deploy', `id=${id}`, '--wait')),
    )

    expect(runs.map(({ code }) => code)).toEqual([1, 1])
  })

  it('a deploy that waits for it, and somebody who starts it: both follow it', async () => {
    await putPolicy(shop, seniorApproval)
    const deploying = start('bob', 'create', 'deploy', 'process=worker', 'docker_tag=one', '--wait')
    const id = await waitingId()
    await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)

    const executed = await as(shop, 'senior/ada', 'execute', 'deploy', `id=${id}`, '--wait')

    expect([executed.code, (await deploying.ended).code]).toEqual([0, 0])
    expect(serviceDeployments(shop, 'worker')).toHaveLength(2)
  })
})

const byAda = expect.stringContaining('assumed-role/senior/ada')

function ask(process: string): ReturnType<typeof jsonAs> {
  return jsonAs(shop, 'bob', 'create', 'deploy', `process=${process}`, 'docker_tag=one')
}

async function askedId(process: string): Promise<string> {
  const { document } = await ask(process)
  return document.deployments[0].id
}

async function approvedId(process: string): Promise<string> {
  const id = await askedId(process)
  await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)
  return id
}

function start(caller: string, ...argv: readonly string[]): Running {
  return shop.start([...argv, '-o', 'json'], asCaller(caller))
}

async function waitingId(): Promise<string> {
  for (let look = 0; look < 200; look += 1) {
    const { document } = await shop.json('list', 'deploys', 'status=creating_approval')
    const [first] = document.deployments
    if (first !== undefined) return first.id
    await shop.clock.sleep(500)
  }
  throw new Error('nothing waits')
}

async function shown(id: string): Promise<any> {
  const { document } = await shop.json('show', 'deploy', `id=${id}`)
  return document.deployments[0]
}

async function deployed(tag: string): Promise<string> {
  const { document } = await shop.json('create', 'deploy', 'process=worker', `docker_tag=${tag}`, '--wait')
  return document.deployments[0].id
}

/** Whether DynamoDB is to write an item of a partition that ends so. */
function isOf(end: string): (input: unknown) => boolean {
  return input => JSON.stringify(input).includes(`${end}"`)
}

function idIn(text: string): string {
  return /id=(dep_\w+)/.exec(text)?.[1] ?? ''
}

/** Somebody writes into the record what nobody said. */
async function forge(
  id: string,
  change: (approval: Approval) => Approval,
  more: { readonly caller?: string } = {},
): Promise<void> {
  const { records } = awsPorts({ env: shop.env, clock: shop.clock }).command
  const stored = await records.deployment('shop', id)
  if (stored?.record.approval === undefined) throw new Error(`${id} does not wait`)
  const approval = change(stored.record.approval)
  await records.saveDeployment({ ...stored.record, ...more, approval }, stored.version)
}
