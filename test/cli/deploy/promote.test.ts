import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ecs } from '../../../lib/sandbox/wire/handlers.ts'
import { type AwsOfManyAccounts, awsOfManyAccounts } from '../../fakes/aws-of-many-accounts.ts'
import { copyingDocker } from '../../fakes/copying-docker.ts'
import { type Run, type Shop, openShop } from '../../fakes/shop.ts'
import { temporaryFolder } from '../../init/temporary-folder.ts'
import { ecrOf } from '../images/ecr-of.ts'
import { runIn } from '../images/run-in.ts'
import { jsonAs, putPolicy } from './policies.ts'
import { outside, runningTags } from './scenes.ts'
import { stageShop, stagedDeploymentEnds } from './stage-shop.ts'

const tapitYml = `app: shop
environments:
  staging: { account: "444455556666", region: eu-west-1, profile: of-staging, cluster: shop }
  production: { account: "123456789012", region: us-east-1, profile: of-production }
processes:
  default: { kind: web }
  worker: {}
  scheduler: {}
`

describe('a promotion to another account and region', { timeout: 90_000 }, () => {
  /** One app in two accounts: each a sandbox, reached as a profile of its own. */
  let staging: Shop
  let production: Shop
  let aws: AwsOfManyAccounts
  let folder: string
  beforeEach(async () => {
    production = await openShop()
    const place = { account: '444455556666', region: 'eu-west-1' }
    staging = await openShop({ place, clock: production.clock })
    aws = await awsOfManyAccounts({ AKIASTAGING: staging, AKIAPRODUCTION: production })
    folder = temporaryFolder({ 'tapit.yml': tapitYml })
    writeProfiles({ staging: 'AKIASTAGING', production: 'AKIAPRODUCTION' })
  })
  afterEach(async () => {
    delete process.env['AWS_CONFIG_FILE']
    await Promise.all([staging.close(), production.close(), aws.close()])
  })

  it('copies the active image and deploys it by the same digest, as a deployment of its own', async () => {
    const source = await deployed(staging, 'one', 'process=default', 'git_hash=4be1a77', 'tag=spring')
    await staging.push({ tag: 'two' })

    const { code, document, stderr } = await promoted('process=default', 'reason=release', 'initiator=ci')

    expect(code).toBe(0)
    expect(document.group).toMatchObject({ status: 'finalized', initiator: 'ci' })
    expect(document.deployments).toMatchObject([
      {
        app: 'shop',
        process: 'default',
        trigger: 'promote',
        promotedFrom: { app: 'shop', id: source.id },
        dockerTag: 'one',
        imageDigest: source.imageDigest,
        gitHash: '4be1a77',
        tag: 'spring',
        reason: 'release',
        status: 'finalized',
        isActive: true,
      },
    ])
    expect(stderr).toContain(
      `copying one (${source.imageDigest.slice(0, 15)}) to 123456789012.dkr.ecr.us-east-1.amazonaws.com/shop`,
    )
    expect(runningTags(production, 'default')).toEqual(['one'])
    expect(digestOf(production, 'one')).toBe(source.imageDigest)
  })

  it('moves no tag of the target: an image that is called the same there keeps its name', async () => {
    const { imageDigest } = await deployed(staging, 'latest', 'process=worker')
    await production.push({ tag: 'latest', behaviour: 'slow' })
    const before = digestOf(production, 'latest')

    const { code, document } = await promoted('process=worker')

    expect(code).toBe(0)
    expect(document.deployments[0]).toMatchObject({ dockerTag: 'latest', imageDigest })
    expect(before).not.toBe(imageDigest)
    expect(digestOf(production, 'latest')).toBe(before)
    expect(digestOf(production, `promoted-${imageDigest.slice(7, 23)}`)).toBe(imageDigest)
  })

  it('goes on where an earlier one was cut short: what it has copied is there', async () => {
    await deployed(staging, 'one', 'process=default')
    const allow = production.sandbox.faults.add({ operation: 'PutItem', effect: 'deny' })
    const cut = await promoted('process=default')
    allow()

    const { code, stderr } = await promoted('process=default')

    expect([cut.code, cut.stderr]).toEqual([3, expect.stringContaining('copying one')])
    expect(code).toBe(0)
    expect(stderr).not.toContain('copying')
    expect(runningTags(production, 'default')).toEqual(['one'])
  })

  it(
    'can be taken up again wherever its command died: before any of its writes',
    { timeout: 300_000 },
    async () => {
      const { imageDigest } = await deployed(staging, 'one', 'process=worker')
      const start = writesOf(production)
      await promoted('process=worker')
      const writes = writesOf(production) - start

      const ends = []
      for (let survived = 0; survived < writes; survived += 1) ends.push(await takenUpAfter(survived))

      expect(writes).toBeGreaterThan(6)
      expect(ends).toEqual(ends.map(() => ({ code: 0, deployments: [{ isActive: true, imageDigest }] })))
      const { document } = await production.json('list', 'deploys', 'process=worker', 'limit=100')
      const open = document.deployments.filter((each: any) => !settled.includes(each.status))
      expect(open).toEqual([])
      expect(document.deployments.filter((each: any) => each.isActive)).toHaveLength(1)
      expect(runningTags(production, 'worker')).toEqual(['one'])
    },
  )

  it('needs no more than reading at the source, where no record is to be brought up to date', async () => {
    await deployed(staging, 'one', 'process=worker')
    for (const operation of ['PutItem', 'UpdateItem', 'UpdateService', 'RegisterTaskDefinition'])
      staging.sandbox.faults.add({ operation, effect: 'deny' })

    const { code } = await promoted('process=worker')

    expect(code).toBe(0)
    expect(runningTags(production, 'worker')).toEqual(['one'])
  })

  it('keeps the configuration of where it goes', async () => {
    setLogLevel(staging, 'debug')
    await deployed(staging, 'one', 'process=default')

    await promoted('process=default')

    expect([logLevel(staging), logLevel(production)]).toEqual(['debug', 'info'])
  })

  it('takes an image that is there already without Docker', async () => {
    await deployed(staging, 'v1.2.3', 'process=worker')

    const { code, stderr } = await promoted('process=worker', { PATH: '' })

    expect(code).toBe(0)
    expect(stderr).not.toContain('copying')
    expect(runningTags(production, 'worker')).toEqual(['v1.2.3'])
  })

  it('is denied by a policy of the target, whatever those of the source are, before anything is copied', async () => {
    await deployed(staging, 'one', 'process=worker')
    await putPolicy(staging, { name: 'freeze', effect: 'deny', triggers: ['push'] })
    await putPolicy(production, { name: 'no-promotions', effect: 'deny', triggers: ['promote'] })

    const { code, document, stderr } = await promoted('process=worker', { PATH: '' })

    expect(code).toBe(4)
    expect(document.deployments).toMatchObject([{ status: 'creating_approval_denied', trigger: 'promote' }])
    expect(stderr).not.toContain('copying')
    expect(digestOf(production, 'one')).toBeUndefined()
    expect(production.sandbox.faults.count('UpdateService')).toBe(0)
  })

  it.each([
    ['what the source found in it is too much', 'CRITICAL:1', { code: 4, isCopied: false }],
    [
      'the source found nothing in it, and the target has not looked yet',
      'HIGH:2',
      { code: 0, isCopied: true },
    ],
  ])('is judged by the scan of an image before that is copied: %s', async (_, findings, expected) => {
    await putPolicy(production, noCriticals)
    await ecrOf(staging).push({ tag: 'scanned', findings })
    await ecrOf(staging).scan('scanned')
    await staging.json('create', 'deploy', 'process=worker', 'docker_tag=scanned', '--wait')

    const dry = await promote('process=worker', '--dry-run')
    const { code } = await promoted('process=worker')

    expect(dry.code).toBe(expected.code)
    expect({ code, isCopied: digestOf(production, 'scanned') !== undefined }).toEqual(expected)
  })

  it('is judged once more when the image is there: what nobody has scanned is denied then', async () => {
    await putPolicy(production, noCriticals)
    await deployed(staging, 'one', 'process=worker')

    const dry = await promote('process=worker', '--dry-run')
    const { code, document } = await promoted('process=worker')

    expect([dry.code, code]).toEqual([4, 4])
    expect(document.deployments[0].denied.reason).toContain('no scan of its image is known')
    expect(digestOf(production, 'one')).toBeDefined()
    expect(production.sandbox.faults.count('UpdateService')).toBe(0)
  })

  it('waits for an approval at the target, and then is the deployment that was asked for', async () => {
    const source = await deployed(staging, 'one', 'process=worker', 'git_hash=4be1a77')
    await putPolicy(production, { name: 'senior', effect: 'require_approval', approvers: ['*:role/senior'] })

    const asked = await promote('process=worker', '-o', 'json')
    const { id } = JSON.parse(asked.stdout).deployments[0]
    await jsonAs(production, 'senior/ada', 'approve', 'deploy', `id=${id}`)
    const { code, document } = await jsonAs(
      production,
      'senior/ada',
      'execute',
      'deploy',
      `id=${id}`,
      '--wait',
    )

    expect([asked.code, code]).toEqual([4, 0])
    expect(document.deployments).toMatchObject([
      {
        id,
        trigger: 'promote',
        promotedFrom: { app: 'shop', id: source.id },
        imageDigest: source.imageDigest,
        gitHash: '4be1a77',
        status: 'finalized',
        isActive: true,
      },
    ])
  })

  it('shows what would change with --dry-run, and copies nothing', async () => {
    await deployed(staging, 'one', 'process=default')

    const { code, stdout } = await promote('process=default', '--dry-run')

    expect(code).toBe(0)
    expect(stdout).toContain('Nothing was changed. Without --dry-run this deploy goes ahead.')
    expect(digestOf(production, 'one')).toBeUndefined()
    expect(runningTags(production, 'default')).toEqual(['v1.2.2'])
  })

  it('tells of each stage with --verbose', async () => {
    await deployed(staging, 'one', 'process=default')

    const { stderr } = await promote('process=default', '--wait', '--verbose')

    expect(stderr).toMatch(/v1\.2\.2.* → sha256:[0-9a-f]+, rolling/)
    expect(stderr).toMatch(/starting candidate[^]*active/)
  })

  it('signs in to one account as whoever works there, and to the other as its profile says', async () => {
    await deployed(staging, 'v1.2.3', 'process=worker')

    const { code } = await promoted('process=worker', {
      AWS_ACCESS_KEY_ID: 'AKIASTAGING',
      AWS_SECRET_ACCESS_KEY: 'sandbox',
      CI: 'true',
    })

    expect(code).toBe(0)
    expect(runningTags(production, 'worker')).toEqual(['v1.2.3'])
  })

  it.each([
    ['staging', { staging: 'AKIAREVOKED', production: 'AKIAPRODUCTION' }],
    ['production', { staging: 'AKIASTAGING', production: 'AKIAREVOKED' }],
  ])('refuses credentials that do not work in %s, and changes nothing', async (where, keys) => {
    await deployed(staging, 'one', 'process=default')
    writeProfiles(keys)

    const { code, document } = await promoted('process=default')

    expect(code).toBe(3)
    expect(document.error.message).toMatch(new RegExp(`^${where}: `))
    expect(digestOf(production, 'one')).toBeUndefined()
    expect(production.sandbox.faults.count('UpdateService')).toBe(0)
  })

  it('refuses credentials of another account than tapit.yml says', async () => {
    writeFileSync(join(folder, 'tapit.yml'), tapitYml.replace('"123456789012"', '"999999999999"'))

    const { code, document } = await promoted()

    expect([code, document.error.code]).toEqual([3, 'wrong_account'])
  })

  it('refuses what cannot work at the target before anything is copied', async () => {
    await deployed(staging, 'one', 'process=default')
    outside(production).TagResource({
      resourceArn: 'arn:aws:ecs:us-east-1:123456789012:service/shop/default',
      tags: [{ key: 'tapit:readiness-timeout-ms', value: 'soon' }],
    })

    const { code, document } = await promoted('process=default')

    expect([code, document.error.code]).toEqual([3, 'bad_tag'])
    expect(digestOf(production, 'one')).toBeUndefined()
  })

  it('refuses where Docker is needed and there is none', async () => {
    await deployed(staging, 'one', 'process=default')

    const { code, document } = await promoted('process=default', { PATH: '' })

    expect(code).toBe(3)
    expect(document.error.message).toMatch(/docker/i)
    expect(production.sandbox.faults.count('UpdateService')).toBe(0)
  })

  it.each<[string, string, () => Promise<unknown>]>([
    ['that nothing is active', 'nothing_active', async () => {}],
    [
      'that its image was pruned',
      'image_pruned',
      async () => forget(await deployed(staging, 'one', 'process=default')),
    ],
    [
      'that its image is archived',
      'image_archived',
      async () => {
        await deployed(staging, 'one', 'process=default')
        await ecrOf(staging).archive('one')
      },
    ],
  ])('says of the source %s', async (_, code, make) => {
    await make()

    const { document } = await promoted('process=default')

    expect(document.error.code).toBe(code)
    expect(production.sandbox.faults.count('UpdateService')).toBe(0)
  })

  it('advises a deploy at the source by the name that tapit.yml has for it', async () => {
    const { document } = await promoted('process=default')

    expect(document.error.advice).toContain('tapit -e staging create deploy process=default docker_tag=…')
  })

  /** A promotion that loses everything after so many writes, and another one once its lease has run out. */
  async function takenUpAfter(survived: number) {
    const start = writesOf(production)
    const died = production.sandbox.faults.add({
      when: () => writesOf(production) - start > survived,
      effect: 'expire',
    })
    await promoted('process=worker', { TAPIT_LEASE_SECONDS: '5' })
    died()
    await production.clock.sleep(20_000, new AbortController().signal)
    await production.json('show', 'deploy', '--wait')
    const { code, document } = await promoted('process=worker')
    const deployments: readonly any[] | undefined = document.deployments
    return {
      code,
      deployments: deployments?.map(({ isActive, imageDigest }) => ({ isActive, imageDigest })),
    }
  }

  function forget({ imageDigest }: { readonly imageDigest: string }): void {
    const { images } = staging.sandbox.world.state.ecr.repositories['shop'] ?? { images: [] }
    images.splice(
      images.findIndex(({ digest }) => digest === imageDigest),
      1,
    )
  }

  async function promoted(
    ...words: readonly (string | Readonly<Record<string, string>>)[]
  ): Promise<Run & { readonly document: any }> {
    const run = await promote(...words, '--wait', '-o', 'json')
    return { ...run, document: JSON.parse(run.stdout) }
  }

  /** On a machine with these variables, and no other identity than its profiles. */
  function promote(...words: readonly (string | Readonly<Record<string, string>>)[]): Promise<Run> {
    const argv = words.filter(each => typeof each === 'string')
    const variables = words.filter(each => typeof each !== 'string')
    return runIn(production, folder, ['promote', 'from=staging', 'to=production', ...argv], {
      AWS_ENDPOINT_URL: aws.url,
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_REGION: undefined,
      TAPIT_APP: undefined,
      PATH: copyingDocker(staging, production),
      HOME: folder,
      ...Object.assign({}, ...variables),
    })
  }

  function writeProfiles(keys: Readonly<Record<'staging' | 'production', string>>): void {
    const own = join(folder, Object.values(keys).join('-'))
    const profiles = Object.entries(keys).map(
      ([name, key]) => `[profile of-${name}]\naws_access_key_id = ${key}\naws_secret_access_key = sandbox\n`,
    )
    mkdirSync(own, { recursive: true })
    writeFileSync(join(own, 'config'), profiles.join('\n'))
    process.env['AWS_CONFIG_FILE'] = join(own, 'config')
  }
})

const noCriticals = { name: 'no-criticals', effect: 'deny', severity: 'critical' }

const settled = ['finalized', 'cancelled', 'rolled_back', 'failed']

const writing = ['PutItem', 'UpdateItem', 'DeleteItem', 'RegisterTaskDefinition', 'UpdateService'] as const

function writesOf({ sandbox: { faults } }: Shop): number {
  return writing.reduce((sum, operation) => sum + faults.count(operation), 0)
}

async function deployed(shop: Shop, tag: string, ...keys: readonly string[]) {
  if (!tag.startsWith('v')) await shop.push({ tag })
  const { code, document } = await shop.json('create', 'deploy', `docker_tag=${tag}`, ...keys, '--wait')
  if (code !== 0) throw new Error(JSON.stringify(document))
  return document.deployments[0]
}

function digestOf({ sandbox }: Shop, tag: string): string | undefined {
  return sandbox.world.state.ecr.repositories['shop']?.images.find(({ tags }) => tags.includes(tag))?.digest
}

describe('a promotion within one account', { timeout: 60_000 }, () => {
  let shop: Shop
  beforeEach(async () => {
    shop = await openShop()
    await stageShop(shop, ['default', 'worker', 'mailer'])
    await shop.push({ tag: 'one' })
  })
  afterEach(() => shop.close())

  it('needs no tapit.yml, and no copy where both take images from one repository', async () => {
    const source = await staged('process=worker')

    const { code, document } = await shop.json(...typed('process=worker'), '--wait')
    const shown = await shop.tapit('show', 'deploy')

    expect(code).toBe(0)
    expect(shown.stdout).toContain(`promoted from shop-staging: ${source.id}`)
    expect(document.deployments).toMatchObject([
      {
        app: 'shop',
        trigger: 'promote',
        promotedFrom: { app: 'shop-staging', id: source.id },
        imageDigest: source.imageDigest,
        status: 'finalized',
      },
    ])
    expect(runningTags(shop, 'worker')).toEqual(['one'])
  })

  it('leaves out what has nothing to be promoted, or nowhere to, and says so', async () => {
    await staged('process=worker')

    const { code, stdout, stderr } = await shop.tapit(...typed(), '--wait', '-o', 'json')

    expect(code).toBe(0)
    expect(JSON.parse(stdout).deployments).toMatchObject([{ process: 'worker' }])
    expect(stderr).toContain('default: warning: not promoted: nothing of it is active in staging.')
    expect(stderr).toContain('mailer: warning: not promoted: production has no such process.')
    expect(stderr).toContain('scheduler: warning: not promoted: staging has no such process.')
  })

  it('promotes what has gone live while nobody waited for it', async () => {
    await shop.json('-e', 'staging', 'create', 'deploy', 'process=worker', 'docker_tag=one')
    await stagedDeploymentEnds(shop, 'worker')

    const { code } = await shop.json(...typed('process=worker'), '--wait')

    expect(code).toBe(0)
    expect(runningTags(shop, 'worker')).toEqual(['one'])
  })

  it('is spelled as in Compartment, too', async () => {
    await staged('process=worker')
    const argv = ['--project', 'shop', '--service', 'worker', '--from', 'staging', '--to', 'production']

    const { code } = await shop.json('promote', ...argv, '--wait')

    expect(code).toBe(0)
  })

  it.each([
    [['to=production'], 2, 'missing_key'],
    [['from=staging'], 2, 'missing_key'],
    [['from=', 'to=production'], 2, 'empty_value'],
    [['from=staging', 'to=staging'], 2, 'same_environment'],
    [['-e', 'staging', 'from=staging', 'to=production'], 2, 'keys_exclude_each_other'],
    [['from=stagin', 'to=production'], 3, 'unknown_app'],
    [['from=staging', 'to=production', 'process=scheduler'], 3, 'unknown_process'],
    [['from=staging', 'to=production', 'process=mailer'], 3, 'unknown_process'],
    [['from=staging', 'to=production', 'process=default'], 3, 'nothing_active'],
    [['from=staging', 'to=production', 'process=default,worker'], 3, 'nothing_active'],
  ])('refuses %j with exit code %i', async (keys, exit, error) => {
    await staged('process=worker')

    const updates = shop.sandbox.faults.count('UpdateService')

    const { code, document } = await shop.json('promote', ...keys)

    expect([code, document.error.code]).toEqual([exit, error])
    expect(shop.sandbox.faults.count('UpdateService')).toBe(updates)
  })

  it('advises a deploy at the source that works as it stands, also where no tapit.yml says which app', async () => {
    await staged('process=worker')

    const refused = await shop.json('-a', 'shop', ...typed('process=default'))
    const { advice } = refused.document.error
    const [, command = ''] = /tapit (.*) docker_tag=… --wait/.exec(advice) ?? []
    const advised = [...command.split(' '), 'docker_tag=one', '--dry-run', '-o', 'json']
    const { code, stdout } = await shop.start(advised, { TAPIT_APP: '' }).ended

    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ app: 'shop-staging', processes: [{ process: 'default' }] })
  })

  const typed = (...keys: readonly string[]) => ['promote', 'from=staging', 'to=production', ...keys]

  async function staged(...keys: readonly string[]) {
    return deployed(shop, 'one', '-e', 'staging', ...keys)
  }
})

/** As a `cdk deploy` changes a variable: with a new revision of the template. */
function setLogLevel(shop: Shop, value: string): void {
  const { taskDefinition } = outside(shop).DescribeTaskDefinition({ taskDefinition: 'shop-default-template' })
  outside(shop).RegisterTaskDefinition({
    ...(taskDefinition as ecs.RegisterTaskDefinitionRequest),
    containerDefinitions: (taskDefinition?.containerDefinitions ?? []).map(each => ({
      ...each,
      environment: [{ name: 'LOG_LEVEL', value }],
    })),
  })
}

function logLevel(shop: Shop): string | undefined {
  const { services: [service] = [] } = outside(shop).DescribeServices({
    cluster: 'shop',
    services: ['default'],
  })
  const { taskDefinition } = outside(shop).DescribeTaskDefinition({
    taskDefinition: service?.taskDefinition ?? '',
  })
  const { environment } = taskDefinition?.containerDefinitions?.[0] ?? {}
  return environment?.find(({ name }) => name === 'LOG_LEVEL')?.value
}
