import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ended } from './support/cli.ts'
import { type TemporaryHome, temporaryHome } from './support/temporary-home.ts'

const workersLog = ['Error: QUEUE_URL is not set', '    at main (worker.js:12:11)']

let home: TemporaryHome
let good: Ended
let bad: Ended
beforeAll(async () => {
  home = await temporaryHome()
  good = await home.tapit('--sandbox', 'create', 'deploy', 'docker_tag=v1.2.3', '--wait')
  bad = await home.tapit('--sandbox', 'create', 'deploy', 'docker_tag=v1.3.0', '--wait')
})
afterAll(() => home?.remove())

describe('the commands of the README, in a home that was never used', () => {
  it('deploy a good version to three processes', () => {
    expect(good.code).toBe(0)
    expect(good.stdout).toContain('v1.2.3 is live on default, scheduler and worker')
    expect(good.stderr).toMatch(/default: starting candidate/)
  })

  it('show how one process of a bad version rolls back by itself', () => {
    expect(bad.code).toBe(1)
    expect(bad.stdout).toContain('worker is on v1.2.3, default and scheduler are on v1.3.0')
    expect(bad.stdout).toContain('Error: QUEUE_URL is not set')
    expect(bad.stdout).toContain('container_exited')
    expect(bad.stderr).toMatch(/worker: rolled back, v1\.2\.3 is running again \(checked\)/)
  })

  it.each([
    {
      argv: ['show', 'deploy'],
      says: [/worker +rolled back +on v1\.2\.3/, /default +active/, /QUEUE_URL is not set/],
    },
    {
      argv: ['list', 'deploys'],
      says: [/worker +v1\.3\.0 +rolled back/, /default +v1\.3\.0 +active/, /default +v1\.2\.3 +was active/],
    },
    {
      argv: ['status'],
      says: [/default +v1\.3\.0 +active +healthy +2\/2/, /worker +v1\.2\.3 +active +healthy +1\/1/],
    },
    {
      argv: ['show', 'logs', 'process=worker'],
      says: [/QUEUE_URL is not set/, /shop v1\.2\.3 worker waiting for jobs/],
    },
  ])('tell the same story afterwards: $argv', async ({ argv, says }) => {
    const { code, stdout, stderr } = await home.tapit('--sandbox', ...argv)

    expect(code).toBe(0)
    expect(stderr).toBe('')
    for (const each of says) expect(stdout).toMatch(each)
  })

  it('tell it to programs too: show deploy is one document and nothing else', async () => {
    const { code, stderr, document } = await home.json('--sandbox', 'show', 'deploy')

    expect(code).toBe(0)
    expect(stderr).toBe('')
    expect(document).toMatchObject({ schemaVersion: 1, group: { status: 'finalized' } })
    expect(document.deployments).toMatchObject([
      { process: 'default', status: 'finalized', promotionStage: 'active', isActive: true },
      { process: 'scheduler', status: 'finalized', promotionStage: 'active', isActive: true },
      {
        process: 'worker',
        status: 'rolled_back',
        promotionStage: 'rolled_back',
        isActive: false,
        previous: { dockerTag: 'v1.2.3' },
        failure: {
          code: 'container_exited',
          evidence: expect.arrayContaining([
            expect.objectContaining({ container: 'worker', exitCode: 1, logLines: workersLog }),
          ]),
        },
      },
    ])
  })

  it('tell it to programs too: list deploys and status', async () => {
    const list = await home.json('--sandbox', 'list', 'deploys')
    const status = await home.json('--sandbox', 'status')

    expect(list.stderr + status.stderr).toBe('')
    expect(
      list.document.deployments.map((each: any) => [
        each.process,
        each.dockerTag,
        each.status,
        each.isActive,
      ]),
    ).toEqual([
      ['worker', 'v1.3.0', 'rolled_back', false],
      ['scheduler', 'v1.3.0', 'finalized', true],
      ['default', 'v1.3.0', 'finalized', true],
      ['worker', 'v1.2.3', 'finalized', true],
      ['scheduler', 'v1.2.3', 'finalized', false],
      ['default', 'v1.2.3', 'finalized', false],
    ])
    expect(status.document).toMatchObject({ schemaVersion: 1, app: 'shop', environment: 'production' })
    expect(status.document.processes).toMatchObject([
      { process: 'default', kind: 'web', dockerTag: 'v1.3.0', health: 'healthy', running: 2, desired: 2 },
      {
        process: 'scheduler',
        kind: 'worker',
        dockerTag: 'v1.3.0',
        health: 'healthy',
        running: 1,
        desired: 1,
      },
      { process: 'worker', kind: 'worker', dockerTag: 'v1.2.3', health: 'healthy', running: 1, desired: 1 },
    ])
  })

  it('give log lines to programs as one document a line', async () => {
    const { stdout, stderr } = await home.tapit('--sandbox', 'show', 'logs', 'process=worker', '-o', 'json')

    const lines = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(stderr).toBe('')
    expect(lines.map(({ message }) => message)).toContain('Error: QUEUE_URL is not set')
    expect(lines[0]).toMatchObject({ schemaVersion: 1, process: 'worker' })
  })

  it('show the log of the deployment itself, step by step', async () => {
    const { document } = await home.json('--sandbox', 'show', 'deploy')
    const { id } = document.deployments[2]

    const { code, stdout } = await home.tapit('--sandbox', 'show', 'logs', `deploy=${id}`)

    expect(code).toBe(0)
    expect(stdout).toMatch(/deploying v1\.3\.0/)
    expect(stdout).toMatch(/container_exited/)
  })
})

it('progress goes to stderr and the outcome, as one document, to stdout', async () => {
  const { code, stderr, document } = await home.json(
    '--sandbox',
    'create',
    'deploy',
    'process=default',
    'docker_tag=v1.2.3',
    '--wait',
  )

  expect(code).toBe(0)
  expect(document.deployments).toMatchObject([
    { process: 'default', status: 'finalized', dockerTag: 'v1.2.3' },
  ])
  expect(stderr).toMatch(/default: starting candidate/)
})
