import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { pushIndex, tagService } from '../deploy/scenes.ts'
import { ecrOf } from './ecr-of.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.close())

const uri = '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop'
const labels = {
  'org.opencontainers.image.revision': '4be1a77c0ffee',
  'org.opencontainers.image.version': 'v2.0.0',
  'org.opencontainers.image.source': 'https://github.com/example-org/shop',
  'dev.tapit.initiator': 'ci',
  team: 'checkout',
}

describe('show image', () => {
  it('says what its labels, ECR, its scan and the history know of it', async () => {
    const digest = await ecrOf(shop).push({
      tag: 'v2.0.0',
      labels,
      findings: 'CRITICAL:1,HIGH:3',
      created: '2026-11-20T10:00:00Z',
    })
    await ecrOf(shop).scan('v2.0.0')
    await shop.tapit('create', 'deploy', 'docker_tag=v2.0.0', 'process=worker', '--wait')

    const { code, document } = await shop.json('show', 'image', 'docker_tag=v2.0.0')

    expect(code).toBe(0)
    expect(document.images).toHaveLength(1)
    expect(document.images[0]).toMatchObject({
      repository: 'shop',
      uri,
      processes: ['default', 'scheduler', 'worker'],
      dockerTag: 'v2.0.0',
      tags: ['v2.0.0'],
      digest,
      status: 'ACTIVE',
      gitHash: '4be1a77c0ffee',
      version: 'v2.0.0',
      source: 'https://github.com/example-org/shop',
      initiator: 'ci',
      createdAt: '2026-11-20T10:00:00.000Z',
      labels,
      platforms: [
        {
          digest,
          platform: 'linux/amd64',
          scan: { status: 'COMPLETE', findings: { CRITICAL: 1, HIGH: 3 } },
        },
      ],
      runningIn: [{ process: 'worker' }],
      rollbackTargetOf: [],
      deployments: { total: 1, isAll: true, newest: [{ process: 'worker', status: 'finalized' }] },
    })
    expect(document.images[0].pushedAt).toBeDefined()
    expect(document.images[0].lastPulledAt).toBeDefined()
    expect(document.missing).toBeUndefined()
  })

  it('is a block of facts for people', async () => {
    await ecrOf(shop).push({ tag: 'v2.0.0', labels, findings: 'CRITICAL:1,HIGH:3' })
    await ecrOf(shop).scan('v2.0.0')

    const { code, stdout, stderr } = await shop.tapit('show', 'image', 'docker_tag=v2.0.0')

    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.replaceAll(/sha256:[0-9a-f]{64}/g, 'sha256:…').replaceAll(/\d+ (s|B)\b/g, 'N $1')).toBe(
      [
        'v2.0.0  sha256:…',
        `  in         ${uri} (default, scheduler and worker)`,
        '  commit     4be1a77c0ffee',
        '  version    v2.0.0',
        '  source     https://github.com/example-org/shop',
        '  built by   ci',
        '  pushed     N s ago',
        '  pulled     never',
        '  size       N B',
        '  platform   linux/amd64',
        '  scan       1 critical and 3 high, N s ago',
        '  label      team=checkout',
        '  label      salt=v2.0.0',
        '  deployed   never',
        '',
      ].join('\n'),
    )
  })

  it('has each platform of an index', async () => {
    pushIndex(shop, 'v2.0.0', ['linux/amd64', 'linux/arm64'])

    const { document } = await shop.json('show', 'image', 'docker_tag=v2.0.0')

    const [image] = document.images
    expect(image.platforms.map(({ platform }: any) => platform)).toEqual(['linux/amd64', 'linux/arm64'])
    expect(image.sizeInBytes).toBe(image.platforms[0].sizeInBytes + image.platforms[1].sizeInBytes)
  })

  it('is found by its digest, and by the beginning of it that lists show', async () => {
    const digest = await ecrOf(shop).push({ tag: 'v2.0.0' })

    const whole = await shop.json('show', 'image', `docker_tag=${digest}`)
    const beginning = await shop.json('show', 'image', `docker_tag=${digest.slice(0, 15)}`)

    expect([whole.code, beginning.code]).toEqual([0, 0])
    expect(whole.document.images[0].dockerTag).toBe('v2.0.0')
    expect(beginning.document.images[0].digest).toBe(digest)
  })

  it('exits with 3 and writes nothing to stdout where there is none, and names the nearest tags', async () => {
    const { code, stdout, stderr } = await shop.tapit('show', 'image', 'docker_tag=v1.2.4')

    expect(code).toBe(3)
    expect(stdout).toBe('')
    expect(stderr).toContain(`there is no image v1.2.4 in ${uri} (default, scheduler and worker).`)
    expect(stderr).toMatch(/The nearest: v1\.2\.2, v1\.2\.3 and v1\.3\.0\./)
    expect(stderr).toContain('tapit -a shop list images')
  })

  it('exits with 3 where one of several repositories lacks it, and shows what there is', async () => {
    await ownRepository('worker')
    await ecrOf(shop).push({ repository: 'shop/worker', tag: 'v0.9.0' })

    const both = await shop.tapit('show', 'image', 'docker_tag=v1.2.3')
    const { code, document } = await shop.json('show', 'image', 'docker_tag=v1.2.3')
    const one = await shop.tapit('show', 'image', 'docker_tag=v1.2.3', 'process=default,scheduler')

    expect(both.code).toBe(3)
    expect(both.stdout).toMatch(/^v1\.2\.3 {2}sha256:/)
    expect(both.stderr).toBe(
      `tapit: there is no image v1.2.3 in ${uri}/worker (worker). The nearest: v0.9.0.\n`,
    )
    expect([code, document.images.length, document.missing]).toEqual([
      3,
      1,
      [{ repository: 'shop/worker', uri: `${uri}/worker`, processes: ['worker'], nearest: ['v0.9.0'] }],
    ])
    expect(one.code).toBe(0)
  })

  it('says of an archived image that it is one, and exits with 0 since it is there', async () => {
    await ecrOf(shop).archive('v1.3.0')

    const { code, stdout } = await shop.tapit('show', 'image', 'docker_tag=v1.3.0')
    const { document } = await shop.json('show', 'image', 'docker_tag=v1.3.0')

    expect(code).toBe(0)
    expect(stdout).toMatch(/ {2}status +archived: it must be restored/)
    expect(document.images[0].status).toBe('ARCHIVED')
  })

  it('shows what it can where findings may not be read, and says so', async () => {
    shop.sandbox.faults.add({ operation: 'DescribeImageScanFindings', effect: 'deny' })

    const { code, stdout } = await shop.tapit('show', 'image', 'docker_tag=v1.2.3')

    expect(code).toBe(0)
    expect(stdout).toMatch(/ {2}unread +scan: .*ecr:DescribeImageScanFindings/)
  })

  it.each([
    [['docker_tag='], 'empty'],
    [[], 'docker_tag='],
    [['docker_tag=a/b'], 'cannot be the tag'],
    [['docker_tag=sha256:xyz'], 'is no digest'],
  ])('refuses %j with exit code 2', async (keys, message) => {
    const { code, stdout, stderr } = await shop.tapit('show', 'image', ...keys)

    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(message)
  })
})

async function ownRepository(process: string): Promise<void> {
  const name = `shop/${process}`
  await ecrOf(shop).create(name)
  tagService(shop, process, { 'tapit:repository': name })
}
