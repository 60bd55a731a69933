import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { awsPorts } from '../../../lib/adapters/aws/aws-ports.ts'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { limited } from './limited.ts'
import { asCaller, jsonAs, putPolicy } from './policies.ts'
import { runningTags, serviceDeployments } from './scenes.ts'

let shop: Shop
let ada: string
let carol: string
beforeEach(async () => {
  shop = await openShop()
  ada = await userIdOf('senior/ada')
  carol = await userIdOf('senior/carol')
  await shop.push({ tag: 'one' })
  await putPolicy(shop, {
    name: 'senior-approval',
    effect: 'require_approval',
    environments: ['production'],
    approvers: ['*:role/senior'],
  })
})
afterEach(() => shop.close())

describe('an enforced environment', { timeout: 60_000 }, () => {
  it('is deployed to by the two roles that the CDK library makes: one asks, the other approves and starts', async () => {
    limited(shop, 'asking')
    const asked = await ask()
    expect(asked).toMatchObject({ code: 4, document: { deployments: [{ status: 'creating_approval' }] } })
    const id = idOf(asked)

    limited(shop, 'approving', ada)
    const approved = await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)
    const executed = await jsonAs(shop, 'senior/ada', 'execute', 'deploy', `id=${id}`, '--wait')

    expect(approved).toMatchObject({ code: 0, document: { deployments: [{ approval: 'approved' }] } })
    expect(executed).toMatchObject({ code: 0, document: { deployments: [{ id, status: 'finalized' }] } })
    expect(runningTags(shop, 'worker')).toEqual(['one'])
  })

  it('starts nothing for the role that asks, approved or not, and the approval stays good', async () => {
    limited(shop, 'asking')
    const id = idOf(await ask())
    limited(shop, 'approving', ada)
    await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)

    limited(shop, 'asking')
    const refused = await jsonAs(shop, 'bob', 'execute', 'deploy', `id=${id}`, '--wait')
    expect(refused).toMatchObject({ code: 3, document: { error: { code: 'access_denied' } } })
    expect(serviceDeployments(shop, 'worker')).toHaveLength(1)

    limited(shop, 'approving', ada)
    const executed = await jsonAs(shop, 'senior/ada', 'execute', 'deploy', `id=${id}`, '--wait')
    expect(executed).toMatchObject({ code: 0, document: { deployments: [{ id, status: 'finalized' }] } })
  })

  it('ends a deploy that waits with exit 4 once it is approved: somebody else has to start it', async () => {
    limited(shop, 'asking')
    const deploying = shop.start(
      ['create', 'deploy', 'process=worker', 'docker_tag=one', '--wait', '-o', 'json'],
      asCaller('bob'),
    )
    const id = await waitingId()
    limited(shop, 'approving', ada)
    shop.sandbox.faults.add({ operation: 'PutItem', when: isOfLease, effect: 'deny' })
    await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)

    const { code, stdout } = await deploying.ended

    expect(code).toBe(4)
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'not_allowed_to_start',
      advice: expect.stringContaining(`tapit -a shop execute deploy id=${id} --wait`),
    })
    expect(serviceDeployments(shop, 'worker')).toHaveLength(1)
  })

  it('lets nobody approve with the role that asks, nor as somebody else', async () => {
    limited(shop, 'asking')
    const id = idOf(await ask())

    const withTheOther = await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)
    limited(shop, 'approving', carol)
    const asCarol = await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)

    expect(withTheOther).toMatchObject({ code: 3, document: { error: { code: 'access_denied' } } })
    expect(asCarol).toMatchObject({ code: 3, document: { error: { code: 'access_denied' } } })
  })
})

describe('the default deploy role', { timeout: 60_000 }, () => {
  it('asks, approves and starts: a guard rail', async () => {
    limited(shop, 'deploying')
    const id = idOf(await ask())

    await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)
    const executed = await jsonAs(shop, 'senior/ada', 'execute', 'deploy', `id=${id}`, '--wait')

    expect(executed).toMatchObject({ code: 0, document: { deployments: [{ id, status: 'finalized' }] } })
  })
})

type Answer = Awaited<ReturnType<typeof jsonAs>>

function ask(): Promise<Answer> {
  return jsonAs(shop, 'bob', 'create', 'deploy', 'process=worker', 'docker_tag=one')
}

function idOf({ document }: Answer): string {
  return document.deployments[0].id
}

/** What AWS says of whoever it is. */
async function userIdOf(caller: string): Promise<string> {
  const { identity } = awsPorts({ env: { ...shop.env, ...asCaller(caller) }, clock: shop.clock }).command
  return (await identity.whoIs()).userId
}

function isOfLease(input: unknown): boolean {
  return JSON.stringify(input).includes('"shop#lease"')
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
