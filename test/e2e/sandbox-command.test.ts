import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startProcess } from './support/cli.ts'
import { type TemporaryHome, temporaryHome } from './support/temporary-home.ts'

let home: TemporaryHome
beforeEach(async () => {
  home = await temporaryHome()
})
afterEach(() => home.remove())

describe('the sandbox', () => {
  it('is started once by several commands at once', async () => {
    const commands = await Promise.all([1, 2, 3].map(() => home.json('--sandbox', 'status')))
    const { document } = await home.json('sandbox', 'status')
    const { document: started } = await home.json('sandbox', 'start')

    expect(commands.map(({ code }) => code)).toEqual([0, 0, 0])
    expect(commands.map(each => each.document.processes.length)).toEqual([3, 3, 3])
    expect(document).toMatchObject({ schemaVersion: 1, running: true })
    expect(started).toMatchObject({ started: false, pid: document.pid })
  })

  it('keeps what was done over a stop, forgets it by a reset, and has the table of the records at once', async () => {
    await home.tapit('--sandbox', 'create', 'deploy', 'process=default', 'docker_tag=v1.2.3', '--wait')
    const stopped = await home.json('sandbox', 'stop')
    const gone = await home.json('sandbox', 'status')
    const kept = await home.json('--sandbox', 'list', 'deploys')
    const reset = await home.json('sandbox', 'reset')
    const list = await home.json('--sandbox', 'list', 'deploys')
    const status = await home.json('--sandbox', 'status')

    expect(stopped.document).toEqual({ schemaVersion: 1, stopped: true })
    expect(gone.document).toEqual({ schemaVersion: 1, running: false })
    expect(kept.document.deployments).toHaveLength(1)
    expect(reset.document).toMatchObject({ running: true })
    expect(list.document.deployments).toEqual([])
    expect(status.document.processes.map((each: any) => each.dockerTag)).toEqual([
      'v1.2.2',
      'v1.2.2',
      'v1.2.2',
    ])
  })

  it('takes images that misbehave in one process', async () => {
    const { document } = await home.json(
      'sandbox',
      'push',
      'docker_tag=v9',
      'process=default',
      'behaviour=crash',
    )
    const { code, stdout } = await home.tapit(
      '--sandbox',
      'create',
      'deploy',
      'process=default',
      'docker_tag=v9',
      '--wait',
    )

    expect(document).toMatchObject({ schemaVersion: 1, repository: 'shop', dockerTag: 'v9', pushed: true })
    expect(code).toBe(1)
    expect(stdout).toContain('container_exited')
  })

  it('is one that every AWS client in a shell works with, and tapit without --sandbox', async () => {
    const script = [
      `eval "$(node "$TAPIT" sandbox env)"`,
      'aws ecs list-services --cluster shop --query "length(serviceArns)"',
      'node "$TAPIT" -a shop status -o json',
    ].join('\n')
    const { bin } = await import('./support/cli.ts')
    const misleading = {
      AWS_PROFILE: 'nobody',
      AWS_SESSION_TOKEN: 'old',
      AWS_ENDPOINT_URL_ECS: 'http://127.0.0.1:1',
      https_proxy: 'http://127.0.0.1:1',
    }

    const { code, stdout, stderr } = await startProcess('sh', ['-ec', script], {
      env: { ...home.env, ...misleading, TAPIT: bin },
    }).ended

    const [count, ...rest] = stdout.split('\n')
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(count).toBe('3')
    expect(JSON.parse(rest.join('\n')).processes).toHaveLength(3)
  })

  it('is not left behind when its command is interrupted: the next one finds it', async () => {
    const command = home.start(['--sandbox', 'status'])
    command.kill('SIGKILL')
    await command.ended
    const { code } = await home.tapit('--sandbox', 'status')

    expect(code).toBe(0)
  })
})
