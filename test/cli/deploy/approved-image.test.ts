import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { awsPorts } from '../../../lib/adapters/aws/aws-ports.ts'
import type { Deployment } from '../../../lib/deployment/deployment.ts'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { as, jsonAs, putPolicy } from './policies.ts'
import { runningTags } from './scenes.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
  await shop.push({ tag: 'one' })
  await shop.push({ tag: 'two' })
  await putPolicy(shop, { name: 'senior', effect: 'require_approval', approvers: ['*:role/senior'] })
})
afterEach(() => shop.close())

describe('approve deploy image=', { timeout: 60_000 }, () => {
  it('is refused once somebody has put another image into the record, and nothing is approved', async () => {
    const id = await askedId()
    const meant = digestOf('one')
    await forge(id, { imageDigest: digestOf('two') })

    const approved = await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`, `image=${meant}`)

    expect(approved).toMatchObject({ code: 3, document: { error: { code: 'another_image' } } })
    expect(approved.document.error.message).toContain(digestOf('two'))
    expect(await shown(id)).toMatchObject({ approval: 'pending', approvals: [] })
  })

  it.each([
    ['the whole digest', (digest: string) => digest],
    ['how it begins', (digest: string) => digest.slice(0, 'sha256:'.length + 8)],
    ['its digits alone', (digest: string) => digest.slice('sha256:'.length)],
    ['one of several', (digest: string) => `sha256:00000000,${digest}`],
  ])('takes %s', async (_, said) => {
    const id = await askedId()

    const approved = await jsonAs(
      shop,
      'senior/ada',
      'approve',
      'deploy',
      `id=${id}`,
      `image=${said(digestOf('one'))}`,
    )

    expect(approved).toMatchObject({ code: 0, document: { deployments: [{ approval: 'approved' }] } })
  })

  it.each([['one'], ['sha256:1234567'], ['sha256:xyz45678'], ['sha256:12345678,latest']])(
    'takes no %s',
    async image => {
      const id = await askedId()

      const approved = await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`, `image=${image}`)

      expect(approved).toMatchObject({ code: 2, document: { error: { code: 'bad_image' } } })
    },
  )

  it('approves none of a group where one is of another image', async () => {
    const { document } = await jsonAs(
      shop,
      'bob',
      'create',
      'deploy',
      'process=worker,scheduler',
      'docker_tag=one',
    )
    const [first, second] = document.deployments
    await forge(second.id, { imageDigest: digestOf('two') })

    const approved = await jsonAs(
      shop,
      'senior/ada',
      'approve',
      'deploy',
      `id=${document.group.id}`,
      `image=${digestOf('one')}`,
    )

    expect(approved).toMatchObject({ code: 3, document: { error: { code: 'another_image' } } })
    expect(await shown(first.id)).toMatchObject({ approval: 'pending', approvals: [] })
  })

  it('stands in the command that asks for the approval', async () => {
    const { stdout } = await as(shop, 'bob', 'create', 'deploy', 'process=worker', 'docker_tag=one')

    expect(stdout).toMatch(
      new RegExp(`approve deploy id=dep_\\w+ image=${digestOf('one').slice(0, 'sha256:'.length + 16)}`),
    )
  })
})

describe('an image that waits under a tag that names another one', { timeout: 60_000 }, () => {
  it('is told of by show, approve and execute, whatever the record says of it', async () => {
    const id = await askedId()
    await forge(id, { imageDigest: digestOf('two') })

    const looked = await as(shop, 'senior/ada', 'show', 'deploy', `id=${id}`)
    const json = await shown(id)
    const approved = await as(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)
    const executed = await as(shop, 'senior/ada', 'execute', 'deploy', `id=${id}`, '--wait')

    const warning = `one is ${short('one')} in the registry by now: what waits here, and would be started, is ${short('two')}`
    expect(inLine(looked.stdout)).toContain(warning)
    expect(json).toMatchObject({ imageDigest: digestOf('two'), tagDigest: digestOf('one') })
    expect(inLine(approved.stderr)).toContain(`warning: ${warning}`)
    expect(inLine(executed.stderr)).toContain(`warning: ${warning}`)
  })

  it('is not, where it is what its tag names', async () => {
    const id = await askedId()

    const looked = await as(shop, 'senior/ada', 'show', 'deploy', `id=${id}`)
    const approved = await as(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)
    const executed = await as(shop, 'senior/ada', 'execute', 'deploy', `id=${id}`, '--wait')

    expect(`${looked.stdout}${approved.stderr}${executed.stderr}`).not.toContain('in the registry')
    expect(runningTags(shop, 'worker')).toEqual(['one'])
  })

  it('is approved all the same where the registry cannot be read', async () => {
    const id = await askedId()
    shop.sandbox.faults.add({ operation: 'BatchGetImage', effect: 'deny' })
    shop.sandbox.faults.add({ operation: 'DescribeImages', effect: 'deny' })

    const approved = await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)

    expect(approved.code).toBe(0)
  })
})

async function askedId(): Promise<string> {
  const { document } = await jsonAs(shop, 'bob', 'create', 'deploy', 'process=worker', 'docker_tag=one')
  return document.deployments[0].id
}

async function shown(id: string): Promise<any> {
  const { document } = await shop.json('show', 'deploy', `id=${id}`)
  return document.deployments[0]
}

function digestOf(tag: string): string {
  const { repositories } = shop.sandbox.world.state.ecr
  const image = repositories['shop']?.images.find(({ tags }) => tags.includes(tag))
  if (image === undefined) throw new Error(`nobody has pushed ${tag}`)
  return image.digest
}

function short(tag: string): string {
  return digestOf(tag).slice(0, 'sha256:'.length + 8)
}

function inLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ')
}

/** The deploy role of an enforced environment may write the record of a deployment as it likes. */
async function forge(id: string, change: Partial<Deployment>): Promise<void> {
  const { records } = awsPorts({ env: shop.env, clock: shop.clock }).command
  const stored = await records.deployment('shop', id)
  if (stored === undefined) throw new Error(`there is no ${id}`)
  await records.saveDeployment({ ...stored.record, ...change }, stored.version)
}
