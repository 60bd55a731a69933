import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Run, type Shop, openShop } from '../../fakes/shop.ts'

let shop: Shop
let folder: string
beforeEach(async () => {
  shop = await openShop()
  folder = await mkdtemp(join(tmpdir(), 'stand-in-plugin-'))
})
afterEach(async () => {
  await shop.close()
  await rm(folder, { recursive: true, force: true })
})

type Named = ReturnType<typeof tasksOf>[number] | undefined
const names = [
  { by: 'its ARN', nameOf: (task: Named) => task?.arn },
  { by: 'its id', nameOf: (task: Named) => task?.id },
  { by: 'the beginning of its id', nameOf: (task: Named) => task?.id.slice(0, 8) },
]

describe('tapit exec', { timeout: 60_000 }, () => {
  it('opens a session in the task that started last, and hands over to the plugin', async () => {
    await standIn({ version: '1.2.497.0', exits: 4 })
    letIn('worker')

    const { code, stderr } = await exec('process=worker')

    const [task] = tasksOf('worker')
    const [said = '', ...others] = await calls()
    expect(code).toBe(4)
    expect(JSON.parse(said)).toEqual({
      sessionId: expect.stringMatching(/^ecs-execute-command-/),
      streamUrl: expect.stringContaining('wss://ssmmessages.'),
      tokenValue: expect.any(String),
    })
    expect(others).toEqual([
      shop.sandbox.world.region,
      'StartSession',
      '',
      JSON.stringify({ Target: `ecs:shop_${task?.id}_${task?.containers[0]?.runtimeId}` }),
      `https://ssm.${shop.sandbox.world.region}.amazonaws.com`,
    ])
    expect(stderr).toBe(`worker: in "worker" of the task ${task?.id}.\n`)
  })

  it('keeps the token out of the arguments of a plugin that reads its environment', async () => {
    await standIn({ version: '1.2.650.0' })
    letIn('worker')

    const { code } = await exec('process=worker', '--', '/bin/bash', '-c', 'echo "a b"')

    const [said] = await calls()
    expect({ code, said }).toEqual({ code: 0, said: 'AWS_SSM_START_SESSION_RESPONSE' })
    expect(JSON.parse(await readFile(join(folder, 'environment'), 'utf8'))).toHaveProperty('tokenValue')
  })

  it('is told to the audit log', async () => {
    await standIn({ version: '1.2.650.0' })
    letIn('worker')

    await exec('process=worker', '--', 'cat', '/secret')

    const events = Object.values(
      shop.sandbox.world.state.logs.groups['/tapit/shop/audit']?.streams ?? {},
    ).flatMap(({ events: lines }) => lines.map(({ message }) => JSON.parse(message)))
    expect(events).toMatchObject([{ event: 'exec', process: 'worker', details: { container: 'worker' } }])
    expect(JSON.stringify(events)).not.toContain('secret')
  })

  it.each(names)('takes a task by $by', async ({ nameOf }) => {
    await standIn({ version: '1.2.650.0' })
    letIn('worker')
    const [task] = tasksOf('worker')

    const { code, stderr } = await exec('process=worker', `task=${nameOf(task)}`)

    expect(code).toBe(0)
    expect(stderr).toContain(`of the task ${task?.id}`)
  })

  it.each(names)(
    'refuses a task of another process by $by, and names those of the process',
    async ({ nameOf }) => {
      await standIn({ version: '1.2.650.0' })
      letIn('scheduler')
      const [own] = tasksOf('worker')
      const [other] = tasksOf('scheduler')

      const { code, stderr } = await exec('process=worker', `task=${nameOf(other)}`)

      expect(code).toBe(3)
      expect(stderr).toContain(`no task ${nameOf(other)} of worker is running.`)
      expect(stderr).toContain(`Running: ${own?.id}`)
      expect(await calls()).toEqual([])
    },
  )

  it('refuses without the plugin, and says how to install it', async () => {
    letIn('worker')

    const { code, stderr } = await exec('process=worker')

    expect(code).toBe(3)
    expect(stderr).toContain('the session-manager-plugin is not installed')
    expect(stderr).toContain('brew install --cask session-manager-plugin')
  })

  it('refuses a task that was started without ECS Exec, and says what to do', async () => {
    await standIn({ version: '1.2.650.0' })

    const { code, stderr } = await exec('process=worker')

    expect(code).toBe(3)
    expect(stderr).toContain('was started without ECS Exec')
    expect(stderr).toContain('exec: true')
    expect(await calls()).toEqual([])
  })

  it('tells a service that lets people in from its tasks that do not yet', async () => {
    await standIn({ version: '1.2.650.0' })
    const [service] = Object.values(shop.sandbox.world.state.ecs.services).filter(
      ({ name }) => name === 'worker',
    )
    Object.assign(service ?? {}, { enableExecuteCommand: true })

    const { stderr } = await exec('process=worker')

    expect(stderr).toContain('tapit -a shop restart process=worker --wait')
    expect(stderr).not.toContain('cdk deploy')
  })

  it('refuses where the agent does not run', async () => {
    await standIn({ version: '1.2.650.0' })
    letIn('worker')
    Object.assign(tasksOf('worker')[0]?.containers[0] ?? {}, { lastStatus: 'PENDING' })

    const { code, stderr } = await exec('process=worker')

    expect(code).toBe(3)
    expect(stderr).toContain('the agent of ECS Exec does not run in "worker"')
  })

  it.each([
    [[], 2, 'which process'],
    [['process=nobody'], 3, 'there is no process "nobody"'],
    [['process=worker', 'task=ffff'], 3, 'no task ffff of worker is running'],
    [['process=worker', 'container=sidecar'], 3, 'has no container sidecar'],
  ])('refuses %j with exit %d', async (argv, exit, text) => {
    await standIn({ version: '1.2.650.0' })
    letIn('worker')

    const { code, stderr } = await exec(...argv)

    expect(code).toBe(exit)
    expect(stderr).toContain(text)
  })
})

function exec(...argv: readonly string[]): Promise<Run> {
  return shop.start(['exec', ...argv], { PATH: [folder, '/usr/bin', '/bin'].join(delimiter) }).ended
}

/** A plugin that notes what it is called with. */
async function standIn({ version, exits = 0 }: { version: string; exits?: number }): Promise<void> {
  const path = join(folder, 'session-manager-plugin')
  await writeFile(
    path,
    `#!/bin/sh
[ "$1" = --version ] && { echo ${version}; exit; }
printf '%s' "$AWS_SSM_START_SESSION_RESPONSE" > '${folder}/environment'
printf '%s\\n' "$@" > '${folder}/calls'
exit ${exits}
`,
  )
  await chmod(path, 0o755)
}

async function calls(): Promise<readonly string[]> {
  const text = await readFile(join(folder, 'calls'), 'utf8').catch(() => '')
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}

function letIn(process: string): void {
  for (const task of tasksOf(process)) Object.assign(task, { enableExecuteCommand: true })
}

function tasksOf(process: string) {
  return Object.values(shop.sandbox.world.state.ecs.tasks).filter(
    ({ group }) => group === `service:${process}`,
  )
}
