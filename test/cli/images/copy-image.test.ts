import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { copyPairs } from '../../../lib/cli/images/copy-pairs.ts'
import type { Io } from '../../../lib/cli/io.ts'
import { clusterHandlers } from '../../../lib/sandbox/ecs/handlers/cluster-handlers.ts'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { temporaryFolder } from '../../init/temporary-folder.ts'
import { outside } from '../deploy/scenes.ts'
import { ecrOf } from './ecr-of.ts'
import { runIn } from './run-in.ts'

let shop: Shop
let folder: string
beforeEach(async () => {
  shop = await openShop()
  folder = temporaryFolder({ 'tapit.yml': tapitYml })
  await ecrOf(shop).create('shop-staging')
  await ecrOf(shop).create('archive')
  stage(['default', 'worker'])
})
afterEach(() => shop.close())

const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com'
const tapitYml = `app: shop
region: us-east-1
environments:
  staging: { region: us-east-1 }
  production: { region: us-east-1 }
processes:
  default: { kind: web }
  worker: {}
`

describe('copy image', () => {
  it('says what is there already, from environment to environment, with exit code 0', async () => {
    const digest = await ecrOf(shop).push({ tag: 'v2' })
    await ecrOf(shop).push({ repository: 'shop-staging', tag: 'v2' })
    const argv = ['copy', 'image', 'docker_tag=v2', 'from=staging', 'to=production']

    const text = await runIn(shop, folder, argv)
    const json = await runIn(shop, folder, [...argv, '-o', 'json'])

    expect([text.code, text.stderr]).toEqual([0, ''])
    expect(text.stdout).toBe(
      `default and worker: v2 (${digest.slice(0, 15)}) is in ${registry}/shop already.\n`,
    )
    expect(JSON.parse(json.stdout)).toEqual({
      schemaVersion: 1,
      copies: [
        {
          processes: ['default', 'worker'],
          from: `${registry}/shop-staging`,
          to: `${registry}/shop`,
          dockerTag: 'v2',
          digest,
          status: 'was_there',
        },
      ],
    })
  })

  it('leaves an event in the audit of the app that has got the image', async () => {
    const digest = await ecrOf(shop).push({ tag: 'v2' })
    await ecrOf(shop).push({ repository: 'shop-staging', tag: 'v2' })
    const own = shop.sandbox.world.state.ecr.repositories['shop']?.images.find(each => each.digest === digest)
    Object.assign(own ?? {}, { tags: ['other'] })

    await runIn(shop, folder, ['copy', 'image', 'docker_tag=v2', 'from=staging', 'to=production'])

    const { document } = await shop.json('show', 'audit')
    expect(document.events).toMatchObject([
      {
        event: 'copy',
        app: 'shop',
        dockerTag: 'v2',
        imageDigest: digest,
        command: 'tapit copy image docker_tag=v2 from=staging to=production',
        details: { from: `${registry}/shop-staging`, to: `${registry}/shop`, how: 'tagged' },
      },
    ])
  })

  it('copies for each repository of the processes that are asked for', async () => {
    await ecrOf(shop).create('shop-staging/worker')
    tagStaging('worker', 'shop-staging/worker')

    const pairs = await pairsOf({ from: 'staging', to: 'production' })
    const one = await pairsOf({ from: 'staging', to: 'production', processes: ['worker'] })

    expect(pairs).toEqual([
      { from: 'shop-staging', to: 'shop', processes: ['default'] },
      { from: 'shop-staging/worker', to: 'shop', processes: ['worker'] },
    ])
    expect(one).toEqual([{ from: 'shop-staging/worker', to: 'shop', processes: ['worker'] }])
  })

  it('takes repositories by URI, and by name in the account and region of the app', async () => {
    const pairs = await pairsOf({
      from: 'archive',
      to: '444455556666.dkr.ecr.eu-west-1.amazonaws.com/elsewhere',
    })

    expect(pairs).toEqual([{ from: 'archive', to: 'elsewhere', processes: [] }])
  })

  it('takes an environment with one repository, and one repository', async () => {
    const digest = await ecrOf(shop).push({ repository: 'shop-staging', tag: 'v2' })
    await ecrOf(shop).push({ repository: 'archive', tag: 'v2' })

    const { code, stdout } = await runIn(shop, folder, [
      'copy',
      'image',
      `docker_tag=${digest}`,
      'from=staging',
      `to=${registry}/archive`,
    ])

    expect(code).toBe(0)
    expect(stdout).toContain(`is in ${registry}/archive already.`)
  })

  it.each([
    [['from=shop', 'to=archive'], 2, 'which image? copy image needs docker_tag=.'],
    [['docker_tag=v2', 'to=archive'], 2, 'from where? copy image needs from=.'],
    [['docker_tag=v2', 'from=shop'], 2, 'where to? copy image needs to=.'],
    [['docker_tag=v2', 'from=', 'to=archive'], 2, 'from= is empty'],
    [['docker_tag=v2', 'from=shop:v1', 'to=archive'], 2, '"shop:v1" is no environment and no repository.'],
    [['docker_tag=v2', 'from=Shop', 'to=archive'], 2, '"Shop" is no environment and no repository.'],
    [
      ['docker_tag=v2', 'from=shop', 'to=archive', 'process=worker'],
      2,
      'process= selects among the images of an environment',
    ],
    [
      ['docker_tag=v2', 'from=stagin', 'to=production'],
      3,
      `"stagin" is no environment of tapit.yml, and there is no ECR repository ${registry}/stagin.\n  Did you mean the environment staging?`,
    ],
    [
      ['docker_tag=v2', 'from=staging', 'to=production', 'process=scheduler'],
      3,
      'there is no process "scheduler" in shop-staging.',
    ],
    [['docker_tag=v1.2.4', 'from=shop', 'to=archive'], 3, 'The nearest: v1.2.2, v1.2.3, v1.3.0.'],
  ])('refuses %j with exit code %i', async (keys, code, message) => {
    const run = await runIn(shop, folder, ['copy', 'image', ...keys])

    expect([run.code, run.stdout]).toEqual([code, ''])
    expect(run.stderr).toContain(message)
  })

  it('refuses an environment whose account is another than that of the credentials', async () => {
    const other = temporaryFolder({
      'tapit.yml': tapitYml.replace('staging: {', 'staging: { account: "444455556666",'),
    })

    const { code, stderr } = await runIn(shop, other, [
      'copy',
      'image',
      'docker_tag=v2',
      'from=staging',
      'to=production',
    ])

    expect(code).toBe(3)
    expect(stderr).toContain('the environment staging is in account 444455556666, and the credentials are')
  })

  it('asks each environment in its own region, whatever the region of this machine is', async () => {
    const apart = temporaryFolder({
      'tapit.yml': tapitYml.replace('staging: { region: us-east-1 }', 'staging: { region: eu-west-1 }'),
    })

    const { code, stderr } = await runIn(
      shop,
      apart,
      ['copy', 'image', 'docker_tag=v2', 'from=staging', 'to=production'],
      { AWS_REGION: 'ap-south-1' },
    )

    // The sandbox is in one region alone.
    expect(code).toBe(3)
    expect(stderr).toContain("not 'eu-west-1': this sandbox is in us-east-1")
  })

  it('asks each environment with its own profile, whatever that of this shell is', async () => {
    const apart = temporaryFolder({
      'tapit.yml': tapitYml
        .replace('staging: {', 'staging: { profile: of-staging,')
        .replace('production: {', 'production: { profile: of-production,'),
    })

    const { code, stderr } = await runIn(
      shop,
      apart,
      ['copy', 'image', 'docker_tag=v2', 'from=staging', 'to=production'],
      { AWS_PROFILE: 'of-this-shell', AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
    )

    expect(code).toBe(3)
    expect(stderr).toMatch(/there is no AWS profile "of-(staging|production)"/)
  })

  it('says so where there is no Docker to copy with', async () => {
    const { code, stdout, stderr } = await runIn(
      shop,
      folder,
      ['copy', 'image', 'docker_tag=v1.2.3', 'from=shop', 'to=archive'],
      { PATH: folder },
    )

    expect([code, stdout]).toEqual([3, ''])
    expect(stderr).toMatch(/docker/i)
  })
})

async function pairsOf(wish: Parameters<typeof copyPairs>[0]) {
  const pairs = await copyPairs(wish, { invocation: invocation(), io: ioIn(folder) })
  const name = (uri: string): string => uri.slice(uri.indexOf('/') + 1)
  return pairs.map(({ from, to, processes }) => ({
    from: name(from.repository),
    to: name(to.repository),
    processes,
  }))
}

function invocation(): Parameters<typeof copyPairs>[1]['invocation'] {
  return {
    command: {
      words: [],
      summary: '',
      keys: [],
      flags: [],
      examples: [],
      load: () => Promise.reject(new Error('unused')),
    },
    global: { output: 'text', yes: false, verbose: false, debug: false, sandbox: false },
    keys: {},
    emptyKeys: [],
    flags: {},
    rest: [],
  }
}

function ioIn(cwd: string): Io {
  const output: Io['stdout'] = {
    isTTY: false,
    columns: () => undefined,
    rows: () => undefined,
    write: () => {},
  }
  return {
    stdout: output,
    stderr: output,
    env: shop.env,
    cwd,
    clock: shop.clock,
    version: '0',
    onInterrupt: () => () => {},
    leave: () => {},
  }
}

/** Another environment of the shop: a cluster whose services have a repository of their own. */
function stage(processes: readonly string[]): void {
  clusterHandlers(shop.sandbox.world).CreateCluster({
    clusterName: 'shop-staging',
    tags: [{ key: 'tapit:environment', value: 'staging' }],
  })
  for (const name of processes) {
    outside(shop).CreateService({
      cluster: 'shop-staging',
      serviceName: name,
      taskDefinition: 'shop-worker',
      desiredCount: 0,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0sandboxa'] } },
      tags: [
        { key: 'tapit:process', value: name },
        { key: 'tapit:repository', value: 'shop-staging' },
      ],
    })
  }
}

function tagStaging(process: string, repository: string): void {
  const { region, account } = shop.sandbox.world
  outside(shop).TagResource({
    resourceArn: `arn:aws:ecs:${region}:${account}:service/shop-staging/${process}`,
    tags: [{ key: 'tapit:repository', value: repository }],
  })
}
