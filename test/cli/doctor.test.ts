import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { Io } from '../../lib/cli/io.ts'
import { main } from '../../lib/cli/main.ts'
import type { Clock } from '../../lib/names/clock.ts'
import { type Shop, openShop } from '../fakes/shop.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.close())

type Check = {
  readonly name: string
  readonly process?: string
  readonly status: string
  readonly message: string
  readonly advice?: string
}

const hour = 60 * 60_000

describe('a check-up', { timeout: 30_000 }, () => {
  it('finds all well in the example app, line by line, and exits with 0', async () => {
    const { code, stdout } = await looked()

    expect(code).toBe(0)
    expect(stdout).toMatch(/● region +AWS is asked in us-east-1\./)
    expect(stdout).toMatch(/● credentials +You are arn:aws:sts::123456789012:assumed-role\/sandbox/)
    expect(stdout).toMatch(/● clock +This machine and AWS agree on the time\./)
    expect(stdout).toMatch(/● table +The table "tapit" can be read, and be had back from any moment\./)
    expect(stdout).toMatch(/● app +The cluster "shop" \(production\) has the processes default, /)
    expect(stdout).toMatch(/● default +A web: container [^;]+; two\s+target groups and a rule for tests\./)
    expect(stdout).toMatch(/● worker +A worker: container [^;]+; no\s+load balancer\./)
    expect(stdout).toMatch(/● audit +What is changed is written to \/tapit\/shop\/audit/)
    expect(stdout).not.toContain('✗')
  })

  it('is one document as JSON', async () => {
    const { code, document } = await asked()

    expect(code).toBe(0)
    expect(document).toMatchObject({ schemaVersion: 1, scope: 'app', app: 'shop', isHealthy: true })
    expect(named(document.checks, 'worker')).toMatchObject({ name: 'process', status: 'ok' })
  })

  it.each([
    [hour, 'error', "This machine's clock is 60 minutes ahead of AWS's."],
    [-hour, 'error', "This machine's clock is 60 minutes behind AWS's."],
    [25 * hour, 'error', "This machine's clock is 25 hours ahead of AWS's."],
    [-2 * 60_000, 'warning', "This machine's clock is 2 minutes behind AWS's."],
    [20_000, 'ok', 'This machine and AWS agree on the time.'],
  ])('judges a clock that is %i ms off: %s', async (off, status, message) => {
    const { code, document } = await asked({ clock: shifted(shop.clock, off) })

    expect(code).toBe(status === 'error' ? 3 : 0)
    expect(named(document.checks, 'clock')).toMatchObject({
      status,
      message: expect.stringContaining(message),
    })
    expect(named(document.checks, 'table').status).toBe('ok')
  })

  it.each([
    ['release', '{"command":', 'is no JSON'],
    ['release', '{"command":"node migrate.js"}', 'command: '],
    ['policies/freeze', '{"effect":"deny","when":{"moon":"full"}}', 'is not understood'],
  ])('finds what would refuse every deploy: %s %s', async (name, value, mistake) => {
    shop.sandbox.world.state.ssm.parameters[`/tapit/shop/${name}`] = {
      name: `/tapit/shop/${name}`,
      type: 'String',
      value,
      version: 1,
      modifiedAt: shop.clock.now(),
      tier: 'Standard',
      dataType: 'text',
      tags: {},
    }

    const { code, document } = await asked()

    expect(code).toBe(3)
    expect(named(document.checks, 'settings')).toMatchObject({
      status: 'error',
      message: expect.stringContaining(mistake),
      advice: expect.stringContaining('cdk deploy'),
    })
    expect(named(document.checks, 'audit').status).toBe('ok')
  })

  it('says that there are no credentials, and looks at nothing that needs them', async () => {
    const { code, document } = await asked({
      env: {
        AWS_ACCESS_KEY_ID: '',
        AWS_SECRET_ACCESS_KEY: '',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_PROFILE: 'nobody-has-this-profile',
      },
    })

    expect(code).toBe(3)
    expect(named(document.checks, 'region').status).toBe('ok')
    expect(named(document.checks, 'credentials')).toMatchObject({
      status: 'error',
      message: expect.stringContaining('nobody-has-this-profile'),
    })
    expect(statuses(document.checks, ['clock', 'table', 'app'])).toEqual(['skipped', 'skipped', 'skipped'])
    expect(named(document.checks, 'docker').status).toBe('warning')
  })

  it('says that the keys are wrong', async () => {
    shop.sandbox.faults.add({ service: 'sts', effect: 'expire' })

    const { code, document } = await asked()

    expect(code).toBe(3)
    expect(named(document.checks, 'credentials')).toMatchObject({
      status: 'error',
      message: expect.stringContaining('expired'),
    })
  })

  it('says that no region is set', async () => {
    const { code, document } = await asked({ env: { AWS_REGION: '' } })

    expect(code).toBe(3)
    expect(named(document.checks, 'region')).toMatchObject({
      status: 'error',
      message: 'No AWS region is set.',
      advice: expect.stringContaining('export AWS_REGION='),
    })
    expect(named(document.checks, 'credentials').status).toBe('skipped')
  })

  it('says that there is no such app, and which there is', async () => {
    const { code, document } = await asked({ env: { TAPIT_APP: 'shpo' } })

    expect(code).toBe(3)
    expect(named(document.checks, 'app')).toMatchObject({
      status: 'error',
      message: expect.stringContaining('Did you mean shop?'),
    })
    expect(named(document.checks, 'table').status).toBe('ok')
  })

  it('says that nothing says which app', async () => {
    const { code, document } = await asked({ env: { TAPIT_APP: '' } })

    expect(code).toBe(3)
    expect(named(document.checks, 'app')).toMatchObject({
      status: 'error',
      message: 'Which app? Nothing says.',
    })
    expect(document).not.toHaveProperty('app')
  })

  it('says what is wrong in tapit.yml, and looks at the app that was named all the same', async () => {
    const { code, document } = await asked({ cwd: await folderWith('app: [shop\n') })

    expect(code).toBe(3)
    expect(named(document.checks, 'config')).toMatchObject({
      status: 'error',
      message: expect.stringContaining('tapit.yml'),
    })
    expect(named(document.checks, 'app').status).toBe('ok')
  })

  it('finds a mistake in tapit.yml that no deploy has met yet', async () => {
    const { document } = await asked({ cwd: await folderWith('app: shop\nprocesses:\n  web: { cpu: 3 }\n') })

    expect(named(document.checks, 'config').status).toBe('error')
  })

  it('says of an empty account what is to be made, and by which command', async () => {
    await shop.close()
    shop = await openShop({ isEmpty: true })

    const { code, document } = await asked()

    expect(code).toBe(3)
    expect(named(document.checks, 'table')).toMatchObject({ status: 'error', advice: 'tapit setup' })
    expect(named(document.checks, 'app')).toMatchObject({
      status: 'error',
      message: expect.stringContaining('There is no app (ECS cluster) "shop"'),
    })
  })

  it('names what may not be read of the table', async () => {
    shop.sandbox.faults.add({ service: 'dynamodb', operation: 'Query', effect: 'deny' })

    const { code, document } = await asked()

    expect(code).toBe(3)
    expect(named(document.checks, 'table')).toMatchObject({
      status: 'error',
      message: expect.stringContaining('dynamodb:Query'),
    })
    expect(named(document.checks, 'app').status).toBe('ok')
  })

  it('names each read that is denied, and what else is there', async () => {
    shop.sandbox.faults.add({ operation: 'DescribeAlarms', effect: 'deny' })
    shop.sandbox.faults.add({ operation: 'ListServiceDeployments', effect: 'deny' })

    const { code, document } = await asked()

    expect(code).toBe(3)
    const denied = (document.checks as readonly Check[]).filter(({ name }) => name === 'permissions')
    expect(denied.map(({ status }) => status)).toEqual(['error', 'error'])
    expect(denied.map(({ message }) => message).join('\n')).toMatch(
      /:DescribeAlarms[\s\S]*ecs:ListServiceDeployments/,
    )
    expect(named(document.checks, 'worker').status).toBe('ok')
  })

  it('does without what whoever deploys may not see', async () => {
    shop.sandbox.faults.add({ operation: 'DescribeContinuousBackups', effect: 'deny' })
    shop.sandbox.faults.add({ operation: 'FilterLogEvents', effect: 'deny' })

    const { code, document } = await asked()

    expect(code).toBe(0)
    expect(statuses(document.checks, ['table', 'audit'])).toEqual(['ok', 'ok'])
  })

  it('says that the rule of a load balancer is gone, process by process', async () => {
    const { rules } = shop.sandbox.world.state.elbv2
    for (const arn of Object.keys(rules)) delete rules[arn]

    const { code, document } = await asked()

    expect(code).toBe(3)
    expect(named(document.checks, 'default')).toMatchObject({
      status: 'error',
      message: expect.stringContaining('the listener rule of its traffic is gone'),
    })
    expect(named(document.checks, 'worker').status).toBe('ok')
  })

  it('says that nothing can be deployed to a service, and which command mends it', async () => {
    const service = serviceNamed('worker')
    service.tags = service.tags.map(tag => (tag.key === 'tapit:template' ? { ...tag, value: 'gone' } : tag))

    const { code, document } = await asked()

    expect(code).toBe(3)
    expect(named(document.checks, 'worker')).toMatchObject({
      status: 'error',
      message: expect.stringContaining('Nothing can be deployed'),
      advice: 'cdk deploy makes the template gone.',
    })
    expect(named(document.checks, 'default').status).toBe('ok')
  })

  it('says which processes tapit exec can go into, and that what it talks through is missing', async () => {
    serviceNamed('worker').enableExecuteCommand = true

    const { code, document } = await asked()

    expect(code).toBe(0)
    expect((document.checks as readonly Check[]).filter(({ name }) => name === 'exec')).toMatchObject([
      { status: 'ok', message: 'tapit exec can go into worker.' },
      { status: 'warning', message: expect.stringContaining('session-manager-plugin is not on the PATH') },
    ])
  })

  it('says that the audit has nowhere to go', async () => {
    delete shop.sandbox.world.state.logs.groups['/tapit/shop/audit']

    const { code, document } = await asked()

    expect(code).toBe(0)
    expect(named(document.checks, 'audit')).toMatchObject({ status: 'warning' })
  })

  it.each([
    ['no tag', []],
    ['an empty tag', [{ key: 'tapit:environment', value: '' }]],
  ])('says that %s of the cluster tells the environment, and how to set it', async (_, tags) => {
    for (const cluster of Object.values(shop.sandbox.world.state.ecs.clusters)) cluster.tags = tags

    const { document } = await asked()

    expect(named(document.checks, 'app')).toMatchObject({
      status: 'warning',
      advice: expect.stringContaining('key=tapit:environment,value=production'),
    })
  })

  it('says that the cluster’s tag contradicts what was asked for', async () => {
    for (const cluster of Object.values(shop.sandbox.world.state.ecs.clusters))
      cluster.tags = [{ key: 'tapit:environment', value: 'staging' }]

    const { document } = await asked({}, '-e', 'production')

    expect(named(document.checks, 'app')).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('says that it is the environment staging, not production'),
    })
  })

  it('refuses keys of the other scope', async () => {
    const { code, document } = await shop.json('doctor', 'scope=app', 'stack=shop')

    expect(code).toBe(2)
    expect(document.error).toMatchObject({ code: 'keys_exclude_each_other' })
  })
})

type World = { readonly env?: Io['env']; readonly cwd?: string; readonly clock?: Clock }

async function asked(
  world: World = {},
  ...words: readonly string[]
): Promise<{ readonly code: number; readonly document: any }> {
  const { code, stdout } = await looked(world, ...words, '-o', 'json')
  return { code, document: JSON.parse(stdout) }
}

/** On a machine with nothing on its PATH. */
async function looked({ env = {}, cwd = '/', clock = shop.clock }: World = {}, ...words: readonly string[]) {
  let stdout = ''
  const output = (write: (text: string) => void): Io['stdout'] => ({
    write,
    isTTY: false,
    columns: () => undefined,
    rows: () => undefined,
  })
  const io: Io = {
    stdout: output(text => (stdout += text)),
    stderr: output(() => {}),
    env: { ...shop.env, ...env },
    cwd,
    clock,
    version: '0.0.0-test',
    onInterrupt: () => () => {},
    leave: () => {},
  }
  const code = await main(['doctor', ...words], io)
  return { code, stdout }
}

function serviceNamed(name: string) {
  const found = Object.values(shop.sandbox.world.state.ecs.services).find(each => each.name === name)
  if (found === undefined) throw new Error(`no service ${name}`)
  return found
}

function named(checks: readonly Check[], name: string): Check {
  const found = checks.find(check => check.name === name || check.process === name)
  if (found === undefined) throw new Error(`no check ${name} in ${JSON.stringify(checks)}`)
  return found
}

function statuses(checks: readonly Check[], names: readonly string[]): readonly string[] {
  return names.map(name => named(checks, name).status)
}

function shifted({ now, sleep }: Clock, by: number): Clock {
  return { now: () => now() + by, sleep }
}

async function folderWith(config: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tapit-doctor-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'tapit.yml'), config)
  return folder
}
