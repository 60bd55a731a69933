import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Account, openAccount } from './support/account.ts'
import { startTapit, type Variables } from './support/cli.ts'

let account: Account
let ecs: ECSClient
beforeAll(async () => {
  account = await openAccount()
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' }
  ecs = new ECSClient({ endpoint: account.url, region: 'us-east-1', credentials })
})
afterAll(() => account.close())

const long = 'x'.repeat(20_000)

type Refused = { readonly argv: readonly string[]; readonly code: number; readonly says: RegExp }

describe('a command line that is wrong', () => {
  it.each<Refused>([
    {
      argv: ['create', 'deploy', 'dockertag=v1'],
      code: 2,
      says: /unknown key "dockertag"\. Did you mean docker_tag\?/,
    },
    { argv: ['create', 'deploy', 'docker_tag=a', 'docker_tag=b'], code: 2, says: /given twice/ },
    { argv: ['create', 'dep'], code: 2, says: /Did you mean create deploy\?/ },
    { argv: ['create'], code: 2, says: /create/ },
    { argv: ['create', 'deploy', 'help='], code: 2, says: /unknown key "help"/ },
    { argv: ['create', 'deploy', '--docker_tag', '--wait'], code: 2, says: /--docker_tag has no value/ },
    { argv: ['create', 'deploy', '--wait=maybe'], code: 2, says: /wait/ },
    { argv: ['create', 'deploy', 'process='], code: 2, says: /process= is empty/ },
    { argv: ['-e', '', 'create', 'deploy'], code: 2, says: /-e is empty/ },
    { argv: ['-a', '', 'status'], code: 2, says: /-a is empty/ },
    { argv: ['show', 'deploy', 'id='], code: 2, says: /id= is empty/ },
    { argv: ['create', 'deploy', '--timeout', 'soon'], code: 2, says: /timeout/ },
    { argv: ['list', 'deploys', 'limit=1e9'], code: 2, says: /limit/ },
    {
      argv: ['create', 'deploy', 'process=wroker'],
      code: 3,
      says: /no process "wroker" in shop\. Did you mean worker\?/,
    },
    {
      argv: ['create', 'deploy', 'docker_tag=v1.2.4'],
      code: 3,
      says: /no image v1\.2\.4 in .*Nearest: v1\.2\./,
    },
    { argv: ['-a', 'shp', 'status'], code: 3, says: /no app \(ECS cluster\) "shp".*Did you mean shop\?/ },
    { argv: ['-e', 'staging', 'status'], code: 3, says: /"shop-staging"/ },
    { argv: ['create', 'deploy', 'docker_tag=1e3'], code: 3, says: /no image 1e3 in/ },
    { argv: ['create', 'deploy', 'docker_tag=007'], code: 3, says: /no image 007 in/ },
    { argv: ['show', 'deploy', 'id=dep_nothing'], code: 3, says: /dep_nothing/ },
  ])('is refused: $argv', async ({ argv, code, says }) => {
    const text = await account.tapit(...argv)
    const { code: jsonCode, document } = await account.json(...argv)

    expect(text).toMatchObject({ code, stdout: '' })
    expect(text.stderr).toMatch(says)
    expect(text.stderr).not.toMatch(/ {4}at |bug in tapit/)
    expect(jsonCode).toBe(code)
    expect(document).toMatchObject({ schemaVersion: 1, error: { message: expect.stringMatching(/./) } })
  })

  it('with a tag that looks like a number keeps it as it is', async () => {
    await account.push({ tag: '1e3' })
    await account.push({ tag: '007' })

    const one = await account.json('create', 'deploy', 'docker_tag=1e3', '--dry-run')
    const other = await account.json('create', 'deploy', 'docker_tag=007', '--dry-run')

    expect(one.document.processes[0]).toMatchObject({ dockerTag: '1e3' })
    expect(other.document.processes[0]).toMatchObject({ dockerTag: '007' })
  })

  it.each([
    ['create', 'deploy', `docker_tag=${long}`],
    ['create', 'deploy', `process=${long}`],
    ['create', 'deploy', `${long}=1`],
    ['-a', long, 'status'],
    ['show', 'deploy', `id=dep_${long}`],
    [long],
  ])('with 20,000 characters is refused in a few lines: %.20s %.20s', async (...argv) => {
    const { code, stderr } = await account.tapit(...argv)

    expect([2, 3]).toContain(code)
    expect(stderr.length).toBeLessThan(2_000)
    expect(stderr).not.toMatch(/bug in tapit/)
  })

  it('with a history of 20,000 characters is refused or kept whole, never cut in silence', async () => {
    const { code, stdout, stderr } = await account.start([
      'create',
      'deploy',
      'process=scheduler',
      'docker_tag=v1.2.3',
      `initiator=${long}`,
      '--wait',
      '-o',
      'json',
    ]).ended

    const { deployments, error } = JSON.parse(stdout)
    expect(stderr).not.toMatch(/bug in tapit/)
    expect(code === 0 ? deployments[0].initiator : error.message).toMatch(
      code === 0 ? new RegExp(`^x{20000}$`) : /initiator/,
    )
  })

  it.each(['docker_tag=', 'process=', 'tag=', ''])('with escapes in %s never sends them raw', async key => {
    const evil = `${key}\u001b]0;title\u0007\u001b[2J\u009b5m\u202eevil`
    const { stdout, stderr } = await account.tapit('create', 'deploy', evil)

    // oxlint-disable-next-line no-control-regex -- that is what is looked for
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  })
})

describe('an account that is not as it must be', () => {
  const missing = (env: Variables): Promise<{ code: number; stderr: string }> =>
    account.start(['create', 'deploy'], env).ended

  it.each<{ name: string; env: Variables; says: RegExp }>([
    { name: 'no region', env: { AWS_REGION: undefined }, says: /no AWS region is set/ },
    {
      name: 'no credentials',
      env: { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined },
      says: /there are no AWS credentials/,
    },
    {
      name: 'an unknown profile',
      env: { AWS_PROFILE: 'nobody', AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined },
      says: /no AWS profile "nobody"/,
    },
    { name: 'expired keys', env: { AWS_ACCESS_KEY_ID: 'EXPIRED1' }, says: /credentials have expired/ },
    { name: 'keys without rights', env: { AWS_ACCESS_KEY_ID: 'DENIED1' }, says: /may not/ },
    { name: 'unknown keys', env: { AWS_ACCESS_KEY_ID: 'INVALID1' }, says: /does not know these credentials/ },
    { name: 'another region', env: { AWS_REGION: 'eu-west-1' }, says: /region/i },
    { name: 'no app', env: { TAPIT_APP: undefined }, says: /which app\?/ },
  ])('is said: $name', async ({ name, env, says }) => {
    const { code, stderr } = await missing(env)

    expect(code).toBe(name === 'no app' ? 2 : 3)
    expect(stderr).toMatch(says)
    expect(stderr).not.toMatch(/ {4}at |bug in tapit/)
  })

  it('nobody listens at the endpoint: said within the time that a person waits', async () => {
    const begun = Date.now()
    const { code, stderr } = await missing({ AWS_ENDPOINT_URL: 'http://127.0.0.1:1' })

    expect(code).toBe(3)
    expect(stderr).toMatch(/127\.0\.0\.1:1 does not answer/)
    expect(Date.now() - begun).toBeLessThan(20_000)
  })

  it('there is no table', async () => {
    const empty = await openAccount({ isSeeded: false })
    const { code, document } = await empty.json('list', 'deploys')
    await empty.close()

    expect(code).toBe(3)
    expect(document.error).toMatchObject({ code: 'no_table', advice: 'tapit setup' })
  })

  it('a folder without tapit.yml, and one with it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tapit-e2e-'))
    const { writeFile } = await import('node:fs/promises')
    await writeFile(join(folder, 'tapit.yml'), 'app: shop\n')
    const env = { ...account.env, TAPIT_APP: undefined }
    const without = await startTapit(['status'], { env, cwd: '/' }).ended
    const within = await startTapit(['status'], { env, cwd: folder }).ended
    await rm(folder, { recursive: true })

    expect(without.code).toBe(2)
    expect(within.code).toBe(0)
  })
})

describe('services that tapit cannot deploy to', () => {
  const network = { awsvpcConfiguration: { subnets: ['subnet-0sandboxa'], securityGroups: ['sg-0sandbox'] } }

  async function define(cluster: string): Promise<void> {
    await ecs.send(new CreateClusterCommand({ clusterName: cluster }))
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: cluster,
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE', 'EC2'],
        cpu: '256',
        memory: '512',
        containerDefinitions: [
          { name: 'app', image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:v1.2.2', essential: true },
        ],
      }),
    )
  }

  it('a cluster without services is refused', async () => {
    await ecs.send(new CreateClusterCommand({ clusterName: 'empty' }))
    const { code, document } = await account.json('-a', 'empty', 'create', 'deploy')

    expect(code).toBe(3)
    expect(document.error).toMatchObject({ code: 'no_processes' })
  })

  it.each(['CODE_DEPLOY', 'EXTERNAL'] as const)('one with the controller %s is refused', async type => {
    const cluster = `by-${type.toLowerCase().replace('_', '-')}`
    await define(cluster)
    await ecs.send(
      new CreateServiceCommand({
        cluster,
        serviceName: 'web',
        ...(type === 'EXTERNAL'
          ? {}
          : { taskDefinition: cluster, launchType: 'FARGATE', networkConfiguration: network }),
        desiredCount: 0,
        deploymentController: { type },
      }),
    )
    const { code, document } = await account.json('-a', cluster, 'create', 'deploy', 'docker_tag=v1.2.3')

    expect(code).toBe(3)
    expect(document.error).toMatchObject({ code: 'wrong_controller', message: expect.stringContaining(type) })
  })

  it('a DAEMON is refused', async () => {
    await define('daemons')
    await ecs.send(
      new CreateServiceCommand({
        cluster: 'daemons',
        serviceName: 'agent',
        taskDefinition: 'daemons',
        launchType: 'EC2',
        schedulingStrategy: 'DAEMON',
        networkConfiguration: network,
      }),
    )
    const { code, document } = await account.json('-a', 'daemons', 'create', 'deploy', 'docker_tag=v1.2.3')

    expect(code).toBe(3)
    expect(document.error).toMatchObject({ code: 'daemon_service' })
  })

  it('71 processes of one app are deployed in one group', async () => {
    await define('many')
    const names = Array.from({ length: 71 }, (_, index) => `process-${String(index).padStart(2, '0')}`)
    for (const serviceName of names) {
      await ecs.send(
        new CreateServiceCommand({
          cluster: 'many',
          serviceName,
          taskDefinition: 'many',
          launchType: 'FARGATE',
          desiredCount: 1,
          networkConfiguration: network,
          tags: [{ key: 'tapit:stay-running-seconds', value: '1' }],
        }),
      )
    }
    await expect
      .poll(
        async () =>
          (await account.json('-a', 'many', 'status')).document.processes.filter(
            (each: any) => each.health !== 'healthy',
          ),
        { timeout: 60_000 },
      )
      .toEqual([])

    const { code, document } = await account.json(
      '-a',
      'many',
      'create',
      'deploy',
      'docker_tag=v1.2.3',
      '--wait',
    )

    expect(document.deployments?.map((each: any) => [each.process, each.status])).toEqual(
      names.map(name => [name, 'finalized']),
    )
    expect(code).toBe(0)
    await ecs.send(new UpdateServiceCommand({ cluster: 'many', service: 'process-00', desiredCount: 0 }))
  })
})
