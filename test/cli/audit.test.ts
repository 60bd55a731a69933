import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeLog } from '../../lib/sandbox/logs/write-log.ts'
import { type Shop, openShop } from '../fakes/shop.ts'
import { serviceDeployments, until } from './deploy/scenes.ts'
import { day, deployAll, grow } from './images/repository-scenes.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.close())

const group = '/tapit/shop/audit'
/** How long a worker is looked at after ECS called it successful, and some more, in milliseconds. */
const watched = 20_000

describe('the audit of a deployment', { timeout: 60_000 }, () => {
  it('is every state of it, with who, by which command and why, as JSON lines in one log group', async () => {
    await shop.tapit('create', 'deploy', 'process=worker', 'docker_tag=v1.2.3', 'reason=release 7', '--wait')

    const lines = written()
    expect(lines.map(({ state }) => state)).toEqual(expect.arrayContaining(['preparing', 'starting', 'live']))
    expect(new Set(lines.map(({ state }) => state)).size).toBe(lines.length)
    expect(lines.at(-1)).toMatchObject({
      event: 'deployment',
      state: 'live',
      app: 'shop',
      process: 'worker',
      deploymentId: expect.stringMatching(/^dep_/),
      groupId: expect.stringMatching(/^grp_/),
      dockerTag: 'v1.2.3',
      imageDigest: expect.stringMatching(/^sha256:/),
      caller: expect.stringMatching(/^arn:aws:/),
      command: "tapit create deploy docker_tag=v1.2.3 process=worker reason='release 7' --wait",
      reason: 'release 7',
    })
  })

  it('is shown newest first, of one deployment, of its group, or of a process, page by page', async () => {
    const { document } = await shop.json(
      'create',
      'deploy',
      'process=default,worker',
      'docker_tag=v1.2.3',
      '-w',
    )
    const [one] = document.deployments as readonly { readonly id: string }[]

    const whole = await shop.json('show', 'audit', `id=${document.group.id}`)
    const own = await shop.json('show', 'audit', `id=${one?.id}`)
    const worker = await shop.json('show', 'audit', 'process=worker', 'since=1h')
    const first = await shop.json('show', 'audit', `id=${one?.id}`, 'limit=2')
    const rest = await shop.json('show', 'audit', `id=${one?.id}`, `next_token=${first.document.nextToken}`)

    expect(whole.document.events).toHaveLength(written().length)
    expect(own.document.events[0]).toMatchObject({ state: 'live', deploymentId: one?.id })
    expect(processesOf(worker)).toEqual(new Set(['worker']))
    expect(first.document.events).toHaveLength(2)
    expect([...first.document.events, ...rest.document.events]).toEqual(own.document.events)
    expect(rest.document).not.toHaveProperty('nextToken')
  })

  it('is a line an event for a person, and the command once beneath what it did', async () => {
    await shop.tapit('create', 'deploy', 'process=worker', 'docker_tag=v1.2.3', 'initiator=ci', '-w')

    const { code, stdout } = await shop.tapit('show', 'audit')

    expect(code).toBe(0)
    expect(stdout).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ {2}worker {2}live +v1\.2\.3 {2}by /)
    expect(stdout.match(/tapit create deploy/g)).toHaveLength(1)
  })

  it('says who cancelled it, and why', async () => {
    await shop.tapit(...paused)
    await until(shop, isWaiting)

    await shop.tapit('cancel', 'deploy', 'process=default', 'reason=wrong tag', '--wait')

    expect(written().filter(({ event }) => event === 'cancel')).toMatchObject([
      { process: 'default', reason: 'wrong tag', command: expect.stringContaining('tapit cancel deploy') },
    ])
  })

  it('says who let it go on after a pause', async () => {
    await shop.tapit(...paused)
    await until(shop, isWaiting)

    await shop.tapit('continue', 'deploy', 'process=default', 'reason=looks good')

    expect(written().filter(({ event }) => event === 'continue')).toMatchObject([
      { process: 'default', reason: 'looks good', command: expect.stringContaining('tapit continue deploy') },
    ])
  })

  it('is completed by whichever command saw in ECS how it ended, once', async () => {
    await shop.tapit('create', 'deploy', 'process=worker', 'docker_tag=v1.2.3')
    await until(shop, () => serviceDeployments(shop, 'worker')[0]?.status === 'SUCCESSFUL')
    await shop.clock.sleep(watched)

    await Promise.all([shop.tapit('status'), shop.tapit('list', 'deploys'), shop.tapit('show', 'deploy')])

    const live = written().filter(({ state }) => state === 'live')
    expect(live).toHaveLength(1)
    expect(live[0]?.['command']).toMatch(/^tapit (?:status|list deploys|show deploy)$/)
  })
})

describe('the audit', { timeout: 60_000 }, () => {
  it('holds no password or token that somebody typed', async () => {
    const reason = 'see https://ada:hunter2@git.example.com, token=ghp_abc'

    await shop.tapit('scale', 'process=worker', 'count=2', `reason=${reason}`)
    await shop.tapit('create', 'deploy', 'process=worker', 'docker_tag=v1.2.3', 'initiator=password=abc')

    const text = JSON.stringify(written())
    expect(text).not.toMatch(/hunter2|ghp_abc|password=abc/)
    expect(written()[0]).toMatchObject({
      event: 'scale',
      reason: 'see https://…@git.example.com, token=…',
      command: "tapit scale process=worker count=2 reason='see https://…@git.example.com, token=…'",
    })
    expect(written().at(-1)).toMatchObject({ details: { initiator: 'password=…' } })
  })

  it('has an event of what prune images deletes', async () => {
    await deployAll(shop, ['a', 'b', 'c'])
    grow(shop, 3 * day)

    await shop.tapit('prune', 'images', 'keep=1')

    expect(written().at(-1)).toMatchObject({
      event: 'prune',
      app: 'shop',
      command: 'tapit prune images keep=1',
      details: {
        repository: '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop',
        images: 2,
        revisions: 1,
        removed: 'v1.3.0, a',
      },
    })
  })
})

describe('the audit of a command that ends early', { timeout: 60_000 }, () => {
  it('holds what it did before Ctrl-C', async () => {
    const running = shop.start([...paused, '--wait'])
    await until(shop, isWaiting)

    running.interrupt()
    const { code } = await running.ended

    expect(code).toBe(130)
    expect(written().map(({ state }) => state)).toContain('starting')
  })

  it('holds what it did before it failed', async () => {
    shop.sandbox.faults.add({ operation: 'UpdateService', effect: 'deny' })

    const { code } = await shop.tapit('create', 'deploy', 'process=worker', 'docker_tag=v1.2.3', '--wait')

    expect(code).not.toBe(0)
    expect(written().at(-1)).toMatchObject({ state: 'failed', process: 'worker' })
  })
})

describe('an audit that cannot be written', { timeout: 60_000 }, () => {
  it('is said once, with the action that is missing, and the deployment goes on', async () => {
    shop.sandbox.faults.add({ operation: 'PutLogEvents', when: isAudit, effect: 'deny' })

    const { code, stderr } = await shop.tapit('create', 'deploy', 'process=worker', 'docker_tag=v1.2.3', '-w')

    expect(code).toBe(0)
    expect(stderr.match(/audit log/g)).toHaveLength(1)
    expect(stderr).toMatch(/tapit: \d+ lines of the audit log \/tapit\/shop\/audit could not be written: /)
    expect(stderr).toContain('logs:PutLogEvents')
  })

  it('is no news where infrastructure of somebody else has no such log group', async () => {
    delete shop.sandbox.world.state.logs.groups[group]
    shop.sandbox.faults.add({ operation: 'CreateLogGroup', effect: 'deny' })

    const quiet = await shop.tapit('create', 'deploy', 'process=worker', 'docker_tag=v1.2.3', '-w')
    const verbose = await shop.tapit('create', 'deploy', 'process=worker', 'docker_tag=v1.2.3', '--verbose')

    expect(quiet).toMatchObject({ code: 0, stderr: expect.not.stringContaining('audit') })
    expect(verbose.stderr).toContain('there is no such log group, and it may not be made')
  })

  it('is made with its log group by whoever may', async () => {
    delete shop.sandbox.world.state.logs.groups[group]

    await shop.tapit('create', 'deploy', 'process=worker', 'docker_tag=v1.2.3', '-w')

    expect(written().at(-1)).toMatchObject({ state: 'live' })
  })
})

describe('show audit', () => {
  it('refuses what cannot be read, and says who can', async () => {
    shop.sandbox.faults.add({ operation: 'FilterLogEvents', effect: 'deny' })

    const { code, document } = await shop.json('show', 'audit')

    expect(code).toBe(3)
    expect(document.error).toMatchObject({
      message: expect.stringContaining('logs:FilterLogEvents'),
      advice: expect.stringContaining('The deploy role can only append'),
    })
  })

  it('refuses an app that has none', async () => {
    const { code, document } = await shop.json('-a', 'nowhere', 'show', 'audit')

    expect(code).toBe(3)
    expect(document.error).toMatchObject({ code: 'no_audit_log' })
  })

  it.each([
    ['id=dep_1', 'bad_id'],
    ['id=../../etc', 'bad_id'],
    ['next_token=e30', 'bad_page_token'],
    ['since=yesterday', 'invalid_duration'],
    ['limit=0', 'value_not_allowed'],
  ])('refuses %s', async (word, code) => {
    const ran = await shop.json('show', 'audit', word)

    expect(ran.code).toBe(2)
    expect(ran.document.error.code).toBe(code)
  })

  it('shows a line that somebody else wrote as what it is, and obeys nothing in it', async () => {
    const { logs } = shop.sandbox.world.state
    const at = shop.clock.now()
    const events = [{ id: '1', at, ingestedAt: at, message: 'hello \u001b[31mred' }]
    logs.groups[group] = {
      name: group,
      createdAt: at,
      tags: {},
      streams: { theirs: { name: 'theirs', createdAt: at, events } },
    }

    const { stdout } = await shop.tapit('show', 'audit')

    expect(stdout).toContain('not written by tapit: hello \\u{1b}[31mred')
  })

  it('goes by the time at which AWS got a line, whatever the line says of it', async () => {
    await shop.tapit('scale', 'process=worker', 'count=2')
    appendLine({ at: '9999-01-01T00:00:00.000Z', event: 'scale', app: 'shop', process: 'forged' })
    await shop.clock.sleep(1_000)
    await shop.tapit('scale', 'process=worker', 'count=3')

    const { document } = await shop.json('show', 'audit')
    const { stdout } = await shop.tapit('show', 'audit')

    expect(document.events.map(({ process }: { process: string }) => process)).toEqual([
      'worker',
      'forged',
      'worker',
    ])
    expect(document.events[1]).toMatchObject({
      at: '9999-01-01T00:00:00.000Z',
      ingestionTime: expect.not.stringContaining('9999'),
    })
    expect(stdout).toContain('it says that it happened at 9999-01-01 00:00:00Z')
    expect(stdout).not.toMatch(/^9999/m)
    expect(stdout.match(/it says that it happened/g)).toHaveLength(1)
  })

  it('says that there is nothing, and since when it looked', async () => {
    const { code, stdout } = await shop.tapit('show', 'audit')

    expect(code).toBe(0)
    expect(stdout).toMatch(/^Nothing was written down since \d{4}-/)
  })
})

/** Whoever may append to the audit may append what they like. */
function appendLine(line: object): void {
  const now = shop.clock.now()
  writeLog(shop.sandbox.world.state.logs, {
    group,
    stream: 'theirs',
    at: now,
    ingestedAt: now,
    message: JSON.stringify(line),
  })
}

/** It waits for somebody's word, however fast the clock runs. */
const paused = ['create', 'deploy', 'process=default', 'docker_tag=v1.2.3', 'strategy=approved']

function isWaiting(): boolean {
  const [newest] = serviceDeployments(shop, 'default')
  return newest?.hooks.some(({ status }) => status === 'AWAITING_ACTION') === true
}

/** What stands in the log group, in the order of writing. */
function written(): readonly Record<string, any>[] {
  const streams = Object.values(shop.sandbox.world.state.logs.groups[group]?.streams ?? {})
  return streams
    .flatMap(({ events }) => events)
    .toSorted((one, other) => one.at - other.at)
    .map(({ message }) => JSON.parse(message) as Record<string, any>)
}

function processesOf({ document }: { readonly document: any }): ReadonlySet<string> {
  return new Set(document.events.map(({ process }: { readonly process: string }) => process))
}

function isAudit(input: unknown): boolean {
  return (input as { logGroupName?: string }).logGroupName === group
}
