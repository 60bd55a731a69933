import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Ended, type Running, startProcess, startTapit } from './support/cli.ts'
import { freePort } from './support/free-port.ts'

let moto: Running
let env: Readonly<Record<string, string>>
beforeAll(async () => {
  const url = `http://127.0.0.1:${await freePort()}`
  moto = startProcess('moto_server', ['-H', '127.0.0.1', '-p', new URL(url).port], { env: {} })
  const answers = () =>
    fetch(`${url}/moto-api/`).then(
      ({ status }) => status,
      () => 0,
    )
  await vi.waitUntil(async () => (await answers()) === 200, { timeout: 60_000, interval: 100 })
  const app = fileURLToPath(new URL('support/moto-app.py', import.meta.url))
  const made = await startProcess('python3', [app, url], { env: {} }).ended
  if (made.code !== 0) throw new Error(made.stderr)
  env = {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    HOME: '/nonexistent',
    TAPIT_APP: 'shop',
  }
})
afterAll(async () => {
  moto.kill('SIGTERM')
  await moto.ended
})

function tapit(...argv: readonly string[]): Promise<Ended> {
  return startTapit(argv, { env }).ended
}

async function json(...argv: readonly string[]): Promise<{ readonly code: number; readonly document: any }> {
  const { code, stdout } = await tapit(...argv, '-o', 'json')
  return { code, document: JSON.parse(stdout) }
}

describe('with AWS_ENDPOINT_URL at moto, which we did not write', () => {
  it('a missing table is said, and setup makes it', async () => {
    const before = await json('list', 'deploys')
    const first = await json('setup')
    const second = await json('setup')
    const after = await json('list', 'deploys')

    expect(before).toMatchObject({
      code: 3,
      document: { error: { code: 'no_table', advice: 'tapit setup' } },
    })
    expect(first).toMatchObject({ code: 0, document: { table: 'tapit', created: true } })
    expect(second).toMatchObject({ code: 0, document: { table: 'tapit', created: false } })
    expect(after).toMatchObject({ code: 0, document: { deployments: [] } })
  })

  it('status reads clusters, services, task definitions and load balancers', async () => {
    const { code, document } = await json('status')

    expect(code).toBe(0)
    expect(document.processes).toMatchObject([
      { process: 'default', kind: 'web', desired: 1, url: expect.stringMatching(/^http:.*elb/) },
      { process: 'worker', kind: 'worker', desired: 1 },
    ])
  })

  it('the plan of a deploy resolves the tag to a digest, and says that the deploy itself would be refused', async () => {
    const { code, document } = await json('create', 'deploy', 'docker_tag=v1.2.3', '--dry-run')
    const text = await tapit('create', 'deploy', 'docker_tag=v1.2.3', '--dry-run')

    expect(code).toBe(0)
    expect(document).toMatchObject({ isDryRun: true, isPossible: false })
    expect(document.processes).toMatchObject([
      {
        process: 'default',
        dockerTag: 'v1.2.3',
        imageDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      },
      { process: 'worker', dockerTag: 'v1.2.3', imageDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
    ])
    expect(text.stdout).toMatch(
      /Without --dry-run this deploy is refused: [^]*does not implement\s+ecs:ListServiceDeployments/,
    )
  })

  it('refuses an unknown tag, naming the nearest', async () => {
    const { code, document } = await json('create', 'deploy', 'docker_tag=v1.2.4')

    expect(code).toBe(3)
    expect(document.error).toMatchObject({
      code: 'image_not_found',
      message: expect.stringMatching(/Nearest: v1\.2\.[23], v1\.2\.[23]/),
    })
  })

  it('refuses a deploy for what moto lacks, before anything changed', async () => {
    const { code, document } = await json('create', 'deploy', 'docker_tag=v1.2.3', '--wait')
    const list = await json('list', 'deploys')
    const again = await json('status')

    expect(code).toBe(3)
    expect(document.error).toMatchObject({
      code: 'not_implemented',
      message: expect.stringMatching(/does not implement ecs:ListServiceDeployments/),
    })
    expect(list.document.deployments).toEqual([])
    expect(again.code).toBe(0)
  })

  it('shows logs', async () => {
    const { code, stdout } = await tapit('show', 'logs', 'process=worker')

    expect(code).toBe(0)
    expect(stdout).toMatch(/order 1 sent/)
  })
})
