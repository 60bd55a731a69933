import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { jsonAs, putPolicy } from './policies.ts'
import { runningTags } from './scenes.ts'

const senior = { name: 'approval', effect: 'require_approval', approvers: ['*:role/senior'] }
const lead = { ...senior, approvers: ['*:role/lead'] }

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
  await shop.push({ tag: 'one' })
})
afterEach(() => shop.close())

describe('a policy that changes while a deployment waits', { timeout: 60_000 }, () => {
  it('names who approves it from then on', async () => {
    const id = await askedUnder(senior)
    await putPolicy(shop, lead)

    const before = await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)
    const now = await jsonAs(shop, 'lead/kim', 'approve', 'deploy', `id=${id}`)
    const executed = await jsonAs(shop, 'bob', 'execute', 'deploy', `id=${id}`, '--wait')

    expect(before).toMatchObject({
      code: 3,
      document: { error: { code: 'not_an_approver', advice: 'Allowed: *:role/lead.' } },
    })
    expect(now).toMatchObject({ code: 0, document: { deployments: [{ approval: 'approved' }] } })
    expect(executed.code).toBe(0)
    expect(runningTags(shop, 'worker')).toEqual(['one'])
  })

  it('after a yes wants that of those whom it names now, and they can give it', async () => {
    const id = await askedUnder(senior)
    await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)
    await putPolicy(shop, lead)

    const early = await jsonAs(shop, 'bob', 'execute', 'deploy', `id=${id}`)
    const approved = await jsonAs(shop, 'lead/kim', 'approve', 'deploy', `id=${id}`)
    const executed = await jsonAs(shop, 'bob', 'execute', 'deploy', `id=${id}`, '--wait')

    expect(early).toMatchObject({
      code: 4,
      document: { error: { code: 'not_approved', advice: expect.stringContaining('*:role/lead') } },
    })
    expect([approved.code, executed.code]).toEqual([0, 0])
  })

  it('is no longer met by one yes where it wants two now', async () => {
    const id = await askedUnder({ ...senior, approvals: 1 })
    await putPolicy(shop, { ...senior, approvals: 2 })

    const first = await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)
    const second = await jsonAs(shop, 'senior/eve', 'approve', 'deploy', `id=${id}`)

    expect(first.document.deployments).toMatchObject([{ approval: 'pending' }])
    expect(second.document.deployments).toMatchObject([{ approval: 'approved' }])
  })

  it('may have got another one beside it, whose approvers can say yes too', async () => {
    const id = await askedUnder(senior)
    await putPolicy(shop, { ...lead, name: 'another', callers: ['*:role/bob'] })

    const first = await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)
    const second = await jsonAs(shop, 'lead/kim', 'approve', 'deploy', `id=${id}`)
    const executed = await jsonAs(shop, 'bob', 'execute', 'deploy', `id=${id}`, '--wait')

    expect(first.document.deployments).toMatchObject([{ approval: 'pending' }])
    expect(second.document.deployments).toMatchObject([{ approval: 'approved' }])
    expect(executed.code).toBe(0)
  })

  it('into one that wants no approval leaves nothing to approve: it can be started', async () => {
    const id = await askedUnder(senior)
    await putPolicy(shop, { name: senior.name, effect: 'deny', environments: ['elsewhere'] })

    const approved = await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)
    const executed = await jsonAs(shop, 'bob', 'execute', 'deploy', `id=${id}`, '--wait')

    expect(approved).toMatchObject({ code: 3, document: { error: { code: 'approval_not_needed' } } })
    expect(executed.code).toBe(0)
  })

  it('is as it was for an approver who may not read it', async () => {
    const id = await askedUnder(senior)
    shop.sandbox.faults.add({ operation: 'GetParametersByPath', effect: 'deny' })

    const approved = await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)

    expect(approved).toMatchObject({ code: 0, document: { deployments: [{ approval: 'approved' }] } })
  })
})

async function askedUnder(policy: Parameters<typeof putPolicy>[1]): Promise<string> {
  await putPolicy(shop, policy)
  const { document } = await jsonAs(shop, 'bob', 'create', 'deploy', 'process=worker', 'docker_tag=one')
  return document.deployments[0].id
}
