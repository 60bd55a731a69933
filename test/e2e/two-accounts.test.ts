import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ssmHandlers } from '../../lib/sandbox/ssm/handlers.ts'
import { keyOfCaller } from '../../lib/sandbox/sts/sandbox-callers.ts'
import { type Account, openAccount } from './support/account.ts'
import { type Ended, type Running, startTapit, type Variables } from './support/cli.ts'

let staging: Account
let production: Account
let folder: string
let env: Variables
beforeEach(async () => {
  staging = await openAccount({ place: { account: '111122223333', region: 'eu-west-1' } })
  production = await openAccount({ place: { account: '444455556666', region: 'us-west-2' } })
  folder = await mkdtemp(join(tmpdir(), 'tapit-two-accounts-'))
  const [config, credentials] = [join(folder, 'config'), join(folder, 'credentials')]
  await writeFile(join(folder, 'tapit.yml'), tapitYml)
  await writeFile(
    config,
    [profile('staging', staging), profile('production', production), profile('ada', production)].join('\n'),
  )
  await writeFile(
    credentials,
    [
      key('staging', 'sandbox'),
      key('production', 'sandbox'),
      key('ada', keyOfCaller('senior/ada') ?? ''),
    ].join('\n'),
  )
  env = {
    HOME: folder,
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: credentials,
    AWS_EC2_METADATA_DISABLED: 'true',
  }
})
afterEach(async () => {
  await Promise.all([staging.close(), production.close(), rm(folder, { recursive: true })])
})

const tapitYml = `app: shop
environments:
  staging: { cluster: shop, account: "111122223333", region: eu-west-1, profile: staging }
  production: { cluster: shop, account: "444455556666", region: us-west-2, profile: production }
groups:
  everywhere: [staging, production]
processes:
  default: { port: 8080 }
  worker: { kind: worker }
  scheduler: { kind: worker }
`

function profile(name: string, { url, sandbox }: Account): string {
  return `[profile ${name}]\nregion = ${sandbox.world.region}\nendpoint_url = ${url}\n`
}

function key(name: string, accessKey: string): string {
  return `[${name}]\naws_access_key_id = ${accessKey}\naws_secret_access_key = sandbox\n`
}

function start(line: string, more: Variables = {}): Running {
  return startTapit(line.split(' '), { env: { ...env, ...more }, cwd: folder })
}

function tapit(line: string, more?: Variables): Promise<Ended> {
  return start(line, more).ended
}

async function json(
  line: string,
  more?: Variables,
): Promise<{ readonly code: number; readonly document: any }> {
  const { code, stdout, stderr } = await tapit(`${line} -o json`, more)
  if (stdout === '') throw new Error(`${line} said nothing but ${stderr}`)
  return { code, document: JSON.parse(stdout) }
}

describe('two accounts in two regions', () => {
  it('staging is promoted by digest, and rolled back where it went', async () => {
    expect(await tapit('-e production create deploy docker_tag=v1.2.2 --wait')).toMatchObject({ code: 0 })
    expect(await tapit('-e staging create deploy docker_tag=v1.2.3 --wait')).toMatchObject({ code: 0 })

    const promoted = await json('promote from=staging to=production --wait')
    const after = await json('-e production status')
    const back = await json('-e production rollback process=worker --wait')
    const before = await json('-e staging status')

    expect(promoted).toMatchObject({ code: 0 })
    expect(promoted.document.deployments).toHaveLength(3)
    expect(tagsIn(after.document)).toEqual({ default: 'v1.2.3', worker: 'v1.2.3', scheduler: 'v1.2.3' })
    expect(back).toMatchObject({
      code: 0,
      document: { deployments: [{ process: 'worker', trigger: 'rollback', dockerTag: 'v1.2.2' }] },
    })
    expect(digestsIn(after.document)).toEqual(digestsIn(before.document))
  })

  it('a deploy to both is killed: both go on, and one command tells of both', async () => {
    const command = start('create deploy apps=everywhere docker_tag=v1.2.3 --wait')
    await vi.waitUntil(() => [staging, production].every(isAsked), { timeout: 60_000, interval: 20 })
    command.kill('SIGKILL')
    await command.ended

    const { document } = await json('-e staging show deploy')
    const { group } = document
    const told = await json(`show group id=${group.id} --wait`)

    expect(told.code).toBe(0)
    expect(told.document.deployments.map((each: { status: string }) => each.status)).toEqual(
      Array.from({ length: 6 }, () => 'finalized'),
    )
  })

  it('a deploy that waits for an approval is killed: approved by somebody else, it is executed by another command', async () => {
    const policy = { name: 'senior', effect: 'require_approval', approvers: ['*:role/senior'] }
    const { PutParameter } = ssmHandlers(production.sandbox.world)
    await PutParameter?.({
      Name: '/tapit/shop/policies/senior',
      Value: JSON.stringify(policy),
      Type: 'String',
    })
    const command = start('-e production create deploy process=worker docker_tag=v1.2.3 --wait')
    await vi.waitUntil(() => command.stderr().includes('approve deploy'), { timeout: 60_000, interval: 20 })
    command.kill('SIGKILL')
    await command.ended
    const { document } = await json('-e production list deploys')
    const { id, status } = document.deployments[0]

    const own = await json(`-e production approve deploy id=${id}`)
    const others = await json(`-e production approve deploy id=${id}`, { AWS_PROFILE: 'ada' })
    const executed = await json(`-e production execute deploy id=${id} --wait`)

    expect(status).toBe('creating_approval')
    expect(own).toMatchObject({ code: 3, document: { error: { code: 'own_deployment' } } })
    expect(others.code).toBe(0)
    expect(executed).toMatchObject({ code: 0, document: { deployments: [{ id, status: 'finalized' }] } })
  })
})

function isAsked({ sandbox }: Account): boolean {
  return sandbox.faults.count('UpdateService') >= 3
}

type Status = { readonly processes: readonly { process: string; dockerTag: string; imageDigest: string }[] }

function tagsIn({ processes }: Status): Readonly<Record<string, string>> {
  return Object.fromEntries(processes.map(({ process, dockerTag }) => [process, dockerTag]))
}

function digestsIn({ processes }: Status): Readonly<Record<string, string>> {
  return Object.fromEntries(processes.map(({ process, imageDigest }) => [process, imageDigest]))
}
