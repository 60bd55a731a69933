import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Clock } from '../../../lib/names/clock.ts'
import type { RevisionSettings } from '../../../lib/sandbox/ecs/state.ts'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { until } from '../deploy/scenes.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.close())

describe('tapit run', { timeout: 60_000 }, () => {
  it('prints what the command logs, and exits with its exit code', async () => {
    const { code, stdout, stderr } = await shop.tapit('run', '--', 'sh', '-c', 'echo one; echo two && exit 3')

    expect({ code, stdout }).toEqual({ code: 3, stdout: 'one\ntwo\n' })
    expect(stderr).toContain('"default" exited with code 3')
  })

  it('says nothing at the end of what went well, and nothing but the output is on stdout', async () => {
    const { code, stdout, stderr } = await shop.tapit('run', 'process=worker', '--', 'echo', 'done')

    expect({ code, stdout }).toEqual({ code: 0, stdout: 'done\n' })
    expect(stderr).toMatch(
      /^worker: running it with v1\.2\.2 \(shop-worker:\d+\) in the task [0-9a-f]{32}\.\n$/,
    )
  })

  it('runs where the service runs, started by whoever asked, with more memory', async () => {
    await shop.tapit('run', 'cpu=1024', 'memory=4096', '--', 'true')

    const [task] = oneOffs()
    const settings = live('default')
    expect(task).toMatchObject({
      startedBy: expect.stringMatching(/^tapit-run\/[\w/-]+$/),
      network: { subnetId: settings.networkConfiguration?.awsvpcConfiguration?.subnets?.[0] },
      taskDefinition: settings.taskDefinition,
      overrides: {
        cpu: '1024',
        memory: '4096',
        containerOverrides: [{ name: 'default', command: ['true'] }],
      },
    })
  })

  it('answers one document, its log on stderr', async () => {
    const { code, stdout, stderr } = await shop.tapit(
      'run',
      '-o',
      'json',
      '--',
      'sh',
      '-c',
      'echo hello; exit 7',
    )

    expect(code).toBe(7)
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      app: 'shop',
      process: 'default',
      status: 'exited',
      exitCode: 7,
      dockerTag: 'v1.2.2',
      imageDigest: expect.stringMatching(/^sha256:/),
      task: { id: expect.stringMatching(/^[0-9a-f]{32}$/), container: 'default' },
      log: { group: '/tapit/shop/default' },
      failure: { code: 'container_exited' },
    })
    expect(stderr).toContain('hello\n')
  })

  it('runs another image, and leaves no revision of it', async () => {
    await shop.push({ tag: 'v9', once: { log: ['from v9'], exitCode: 5 } })

    const { code, stdout } = await shop.tapit('run', 'docker_tag=v9', '--', 'node', 'check.js')

    expect({ code, stdout }).toEqual({ code: 5, stdout: 'from v9\n' })
    expect(revisions('shop-default-RUN')).toEqual(['INACTIVE'])
    expect(revisions('shop-default').at(-1)).toBe('ACTIVE')
  })

  it('says why a task never started, and exits with 1', async () => {
    await shop.push({ tag: 'broken', behaviour: 'pull-error' })

    const { code, stdout, stderr } = await shop.tapit('run', 'docker_tag=broken', '--', 'node', 'check.js')

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/default: the task never started: CannotPullContainerError: .*i\/o timeout/)
  })

  it('stops the task at Ctrl-C, and exits with 130', async () => {
    const running = shop.start(['run', '--', 'sleep', '3600'])
    await until(shop, () => running.stderr().includes('in the task'))
    await shop.tapit('status')
    await until(shop, () => oneOffs()[0]?.lastStatus === 'RUNNING')
    running.interrupt()

    const { code, stderr } = await running.ended

    expect(code).toBe(130)
    expect(stderr).toMatch(/default: interrupted\. Stopping the task; once more leaves it to itself\.\n/)
    expect(oneOffs()).toMatchObject([
      { stopCode: 'UserInitiated', stoppedReason: 'tapit: its command was interrupted' },
    ])
  })

  it.each([-3_600_000, 3_600_000])('prints all of it with a clock that is %d ms off', async off => {
    const clock: Clock = {
      now: () => shop.clock.now() + off,
      sleep: (...wait) => shop.clock.sleep(...wait),
    }

    const { code, stdout } = await shop.start(['run', '--', 'echo', 'hello'], {}, clock).ended

    expect({ code, stdout }).toEqual({ code: 0, stdout: 'hello\n' })
  })

  it('runs all the same where its log may not be read, and says so', async () => {
    shop.sandbox.faults.add({ operation: 'FilterLogEvents', effect: 'deny' })

    const { code, stdout, stderr } = await shop.tapit('run', '--', 'sh', '-c', 'echo hello; exit 4')

    expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
    expect(stderr).toMatch(/default: it runs, and its log cannot be read: .*logs:FilterLogEvents/)
  })

  it('runs all the same where the process logs elsewhere, and says so', async () => {
    const { taskDefinition } = live('default')
    const { containerDefinitions = [] } =
      shop.sandbox.world.state.ecs.taskDefinitions[taskDefinition]?.definition ?? {}
    for (const container of containerDefinitions) delete container.logConfiguration

    const { code, stdout, stderr } = await shop.tapit('run', '--', 'exit', '6')

    expect({ code, stdout }).toEqual({ code: 6, stdout: '' })
    expect(stderr).toContain('It logs elsewhere: its output is not shown here.')
  })

  it('fails with what ECS says where there is no place for it', async () => {
    shop.sandbox.faults.add({ operation: 'RunTask', effect: 'deny' })

    const { code, stderr } = await shop.tapit('run', '--', 'true')

    expect(code).toBe(3)
    expect(stderr).toContain('ecs:RunTask')
  })

  it('does not say that nothing was done where it cannot be known any more what becomes of it', async () => {
    shop.sandbox.faults.add({ operation: 'DescribeTasks', effect: 'deny' })

    const { code, stderr } = await shop.tapit('run', '--', 'sleep', '5')

    expect(code).toBe(5)
    expect(stderr).toMatch(
      /the task [0-9a-f]{32} was started, and how it stands cannot be known any more: .*ecs:DescribeTasks/,
    )
    expect(stderr).toContain('aws logs tail /tapit/shop/default --log-stream-names shop/default/')
  })

  it('returns at once with --detach, and answers the id of the task', async () => {
    const { code, stdout } = await shop.tapit('run', '--detach', '--', 'sleep', '60')

    expect(code).toBe(0)
    expect(stdout).toBe(`${oneOffs()[0]?.id}\n`)
    expect(oneOffs()[0]?.stopCode).toBeUndefined()
  })

  it('is told to the audit log, without the words of the command', async () => {
    await shop.tapit('run', '--', 'echo', 'topsecret')

    const events = Object.values(
      shop.sandbox.world.state.logs.groups['/tapit/shop/audit']?.streams ?? {},
    ).flatMap(stream => stream.events.map(({ message }) => JSON.parse(message)))
    expect(events).toMatchObject([
      {
        event: 'run',
        app: 'shop',
        process: 'default',
        dockerTag: 'v1.2.2',
        imageDigest: expect.stringMatching(/^sha256:/),
        details: { task: oneOffs()[0]?.id },
      },
    ])
    expect(JSON.stringify(events)).not.toContain('topsecret')
  })

  it.each([
    [['run'], 2, 'no_command'],
    [['run', 'process=nobody', '--', 'true'], 3, 'unknown_process'],
    [['run', 'docker_tag=nothing', '--', 'true'], 3, 'image_not_found'],
    [['run', 'process=', '--', 'true'], 2, 'empty_value'],
    [['run', 'memory=lots', '--', 'true'], 2, 'value_not_allowed'],
  ])('refuses %j with exit %d', async (argv, exit, error) => {
    const { code, stdout } = await shop.tapit('-o', 'json', ...argv)

    expect({ code, error: JSON.parse(stdout).error.code }).toEqual({ code: exit, error })
    expect(oneOffs()).toEqual([])
  })
})

/** What a service runs. */
function live(process: string): RevisionSettings {
  const service = Object.values(shop.sandbox.world.state.ecs.services).find(({ name }) => name === process)
  if (service === undefined) throw new Error(`there is no service ${process}`)
  return service.settings
}

function oneOffs() {
  return Object.values(shop.sandbox.world.state.ecs.tasks).filter(
    ({ serviceArn }) => serviceArn === undefined,
  )
}

function revisions(family: string): readonly string[] {
  return Object.values(shop.sandbox.world.state.ecs.taskDefinitions)
    .filter(each => each.family === family)
    .map(({ status }) => status)
}
