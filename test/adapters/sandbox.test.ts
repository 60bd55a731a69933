import { afterAll, beforeAll, expect, it } from 'vitest'

import { type AwsPorts, awsPorts } from '../../lib/adapters/aws/aws-ports.ts'
import { systemClock } from '../../lib/adapters/system-clock.ts'
import { correctedClock } from '../../lib/names/corrected-clock.ts'
import { sandboxEnvironment } from '../../lib/sandbox/daemon/sandbox-environment.ts'
import { openSandbox, type Sandbox } from '../../lib/sandbox/sandbox.ts'
import { seedShop } from '../../lib/sandbox/seed/shop.ts'
import { fakeClock } from './fake-clock.ts'
import { someDeployment, someLease, somePointer } from './some-records.ts'

/** The adapters against the sandbox, which was written by others from AWS's documentation. */
const region = 'eu-west-1'
const clock = fakeClock(systemClock.now())
let sandbox: Sandbox
let aws: AwsPorts
let url: string

beforeAll(async () => {
  sandbox = openSandbox({ clock, region })
  ;({ url } = await sandbox.listen())
  seedShop(sandbox.world)
  aws = awsPorts({ env: sandboxEnvironment({ url, region, env: {} }), clock })
})

afterAll(() => sandbox.close())

it('reads an app: its cluster, services, images, targets, parameters and logs', async () => {
  const { ecs, images, targets, parameters, identity, logs, alarms } = aws.command

  const cluster = await ecs.cluster('shop')
  const services = await ecs.services('shop', await ecs.serviceArns('shop'))
  const web = services.find(({ name }) => name === 'default')
  const repository = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop'
  const image = await images.find(repository, { tag: 'v1.2.3' })
  const group = web?.loadBalancers[0]?.targetGroup ?? ''
  const [settings] = await targets.groups([group])
  const lines = await logs.since({ group: '/tapit/shop/default', from: 0 })

  expect(cluster?.tags).toEqual({ 'tapit:environment': 'production' })
  expect(services).toHaveLength(3)
  expect(await ecs.cluster('shep')).toBeUndefined()
  expect(await ecs.clusterNames()).toEqual(['shop'])
  expect(image).toMatchObject({ tags: ['v1.2.3', 'latest'], status: 'ACTIVE' })
  expect((await images.newest(repository)).flatMap(({ tags }) => tags)).toContain('v1.3.0')
  expect(await images.find(repository, { tag: 'v9' })).toBeUndefined()
  expect(await targets.health(group)).toMatchObject([{ state: 'healthy' }, { state: 'healthy' }])
  expect((await targets.addresses(settings?.loadBalancers ?? [])).size).toBe(1)
  expect((await parameters.under('/tapit/shop')).size).toBeGreaterThanOrEqual(0)
  expect(await identity.caller()).toMatch(/^arn:aws:/)
  expect(lines.lines.length).toBeGreaterThan(0)
  expect(await alarms.states(['none'])).toEqual(new Map())
  await expect(images.find(`${repository}-none`, { tag: 'v1' })).rejects.toMatchObject({
    code: 'repository_not_found',
  })
})

it('tells who calls, and what time AWS has, whatever the machine thinks', async () => {
  const anHourOff = { ...clock, now: () => clock.now() + 3_600_000 }
  const env = sandboxEnvironment({
    url,
    region,
    env: { TAPIT_SANDBOX_CALLER: 'senior/ada' },
  })

  const who = await awsPorts({ env, clock: anHourOff }).command.identity.whoIs()

  expect(who).toEqual({
    arn: 'arn:aws:sts::123456789012:assumed-role/senior/ada',
    userId: 'AROASENIORSANDBOX123S:ada',
    at: Math.floor(clock.now() / 1000) * 1000,
  })
  expect(await aws.command.identity.whoIs()).toMatchObject({
    arn: 'arn:aws:sts::123456789012:assumed-role/sandbox/tapit',
    userId: 'AROASANDBOXSANDBOX123:tapit',
  })
})

it.each([
  ['an answer', 'shop'],
  ['a refusal', 'nosuch'],
])('puts a clock right by %s of AWS', async (_what, cluster) => {
  const right = correctedClock({ ...clock, now: () => clock.now() + 3_600_000 })
  const env = sandboxEnvironment({ url, region, env: {} })

  await awsPorts({ env, clock: right })
    .command.ecs.serviceArns(cluster)
    .catch(() => {})

  expect(Math.abs(right.now() - clock.now())).toBeLessThanOrEqual(1_000)
})

it('asks who calls once a minute: in between, time goes on as it does here', async () => {
  const { identity } = awsPorts({ env: sandboxEnvironment({ url, region, env: {} }), clock }).command
  const asked = () => sandbox.faults.count('GetCallerIdentity')
  const before = asked()

  const first = await identity.whoIs()
  await clock.sleep(30_000)
  const second = await identity.whoIs()
  const inHalfAMinute = asked() - before
  await clock.sleep(31_000)
  const third = await identity.whoIs()

  expect(second.at - first.at).toBe(30_000)
  expect(third.at).toBe(Math.floor(clock.now() / 1000) * 1000)
  expect([inHalfAMinute, asked() - before]).toEqual([1, 2])
})

it('deploys a revision and rolls it back', async () => {
  const { ecs } = aws.command
  const [service] = (await ecs.services('shop', await ecs.serviceArns('shop'))).filter(
    ({ name }) => name === 'default',
  )
  if (service === undefined) throw new Error('there is no service')
  const from = await ecs.taskDefinition(service.taskDefinition)
  if (from === undefined) throw new Error('there is no task definition')

  const revision = await ecs.registerTaskDefinition({
    family: from.family,
    from,
    container: from.containers[0]?.name ?? '',
    image: from.containers[0]?.image ?? '',
    tags: { 'tapit:deployment': 'dep_01' },
  })
  const { configuration } = service
  const update = { cluster: 'shop', service: service.name, taskDefinition: revision, configuration }
  await ecs.updateService(update)
  await ecs.updateService(update)
  await clock.sleep(1_000)
  const [mine] = await aws.loop.ecs.listServiceDeployments('shop', service.name)
  const [deployment] = await aws.loop.ecs.serviceDeployments([mine?.arn ?? ''])
  const [target] = await aws.loop.ecs.serviceRevisions([deployment?.targetRevision ?? ''])
  const first = await ecs.rollBack(mine?.arn ?? '')
  // Not five minutes: the SDK would take the sandbox's time for a skewed clock of its own, and repeat every error.
  await clock.sleep(2 * 60_000)
  const second = await ecs.rollBack(mine?.arn ?? '')

  expect((await ecs.taskDefinition(revision))?.tags).toMatchObject({ 'tapit:deployment': 'dep_01' })
  expect(target?.taskDefinition).toBe(revision)
  expect([first, second]).toEqual(['asked', 'too_late'])
  const arns = await aws.loop.ecs.taskArns({
    cluster: 'shop',
    service: service.name,
    desiredStatus: 'RUNNING',
  })
  const tasks = await aws.loop.ecs.tasks('shop', arns)
  expect(tasks).toMatchObject([{ taskDefinition: from.arn }, { taskDefinition: from.arn }])
  expect(tasks[0]?.ip).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
  await ecs.deregisterTaskDefinition(revision)
  expect((await ecs.taskDefinition(revision))?.isActive).toBe(false)
  expect((await ecs.taskDefinition(from.family))?.arn).toBe(from.arn)
  expect(await ecs.taskDefinition('none')).toBeUndefined()
})

it('sets up the table, and keeps records in it', async () => {
  const { records } = aws.command

  await expect(records.newestGroup('shop')).rejects.toMatchObject({
    code: 'no_table',
    message: expect.stringContaining('in eu-west-1 (account 123456789012)') as unknown,
  })
  expect(await aws.setup.ensureTable()).toBe('created')
  expect(await aws.setup.ensureTable()).toBe('existed')
  const { record, version } = await records.createDeployment(someDeployment())
  expect(await records.saveDeployment(record, version)).toMatchObject({ version: 2 })
  expect(
    (await records.listDeployments({ app: 'shop', processes: ['worker'], limit: 5 })).deployments,
  ).toHaveLength(1)
  expect(await records.movePointer(somePointer())).toBe(true)
  expect(await records.takeLease(someLease())).toEqual({ taken: true })
  expect(await records.takeLease(someLease({ holder: 'other' }))).toMatchObject({ taken: false })
})

it('appends to a log, whose group and stream it makes', async () => {
  const { logs } = aws.command
  const place = { group: '/tapit/new/deployments', stream: 'dep_01/deploy' }

  await logs.append({ ...place, lines: [{ at: clock.now(), message: 'one' }] })
  await logs.append({ ...place, lines: [{ at: clock.now() + 1, message: 'two' }] })

  expect((await logs.tail(place, 10)).map(({ message }) => message)).toEqual(['one', 'two'])
  expect(await logs.tail({ ...place, stream: 'none' }, 10)).toEqual([])
})
