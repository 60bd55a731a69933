import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { TagMutability } from '../../lib/sandbox/ecr/state.ts'
import { FakeTerminal } from '../cli/report/fake-terminal.ts'
import { bin, type Ended, startProcess, startTapit, type Variables } from './support/cli.ts'
import { dockerEngine } from './support/docker-engine.ts'
import { type ImageShop, nonce, openImageShop, shell } from './support/image-shop.ts'

const engine = await dockerEngine()

const tapitYml = 'app: shop\nprocesses:\n  default: {}\n  scheduler: {}\n  worker: {}\n'
const good = (what: string) => `${shell}LABEL of=${what}-${nonce}\n`
const waits = `${shell}RUN ["/bin/sh", "-c", "echo waiting; sleep 120 # ${nonce}"]\n`

describe.skipIf(engine === undefined)('an image, when something goes wrong', () => {
  let shop: ImageShop
  beforeAll(async () => {
    if (engine === undefined) return
    shop = await openImageShop(engine)
    await shop.write({ 'tapit.yml': tapitYml, Dockerfile: good('first') })
  })
  afterAll(async () => {
    await shop?.close()
    await engine?.close()
  })

  const run = (argv: readonly string[], more: Variables = {}): Promise<Ended> =>
    startTapit(argv, { env: { ...shop.env, ...more }, cwd: shop.folder }).ended

  const digestOf = async (tag: string): Promise<string | undefined> =>
    (await shop.json('show', 'image', `docker_tag=${tag}`)).document.images?.[0].digest

  describe('whose tags do not move', () => {
    beforeAll(() => become('IMMUTABLE'))
    afterAll(() => become('MUTABLE'))

    function become(mutability: TagMutability): void {
      const { repositories } = shop.account.sandbox.world.state.ecr
      const repository = repositories['shop']
      if (repository !== undefined) repositories['shop'] = { ...repository, mutability }
    }

    const uploads = () => shop.account.sandbox.faults.count('InitiateLayerUpload')

    it.each(['build', 'deploy'])('image %s refuses a tag that is taken, before it builds', async command => {
      const before = uploads()
      const records = await shop.json('list', 'deploys', 'limit=100')

      const { code, stderr } = await shop.tapit('image', command, 'docker_tag=v1.2.3')

      expect({ code, stderr }).toMatchObject({
        code: 3,
        stderr: expect.stringMatching(/v1\.2\.3.*do not move/s),
      })
      expect(uploads()).toBe(before)
      expect((await shop.json('list', 'deploys', 'limit=100')).document).toEqual(records.document)
    })

    it('an image of this very commit is there already: nothing is built, and it can be deployed', async () => {
      await shop.write({ '.gitignore': '*.log\n', Dockerfile: good('committed') })
      const tag = `main-${(await shop.commit()).slice(0, 16)}`
      const first = await shop.json('image', 'build')
      const before = uploads()

      const second = await shop.tapit('image', 'build')
      const deployed = await shop.json('image', 'deploy', 'process=default', '--wait')

      expect([first.code, second.code, deployed.code]).toEqual([0, 0, 0])
      expect(second.stderr).toContain('is there already')
      expect(uploads()).toBe(before)
      expect(deployed.document.deployments).toMatchObject([
        { dockerTag: tag, imageDigest: first.document.images[0].imageDigest, status: 'finalized' },
      ])
    })

    it('of two builds of one tag at once, one gets it and the other is told why not', async () => {
      await shop.write({ Dockerfile: `${shell}RUN ["/bin/sh", "-c", "sleep 2; date # ${nonce}"]\n` })
      const both = await Promise.all([1, 2].map(() => shop.json('image', 'build', 'docker_tag=raced')))

      // BuildKit may make one build of both: then both have pushed the same.
      const ends = both.map(({ document }) => document.images[0])
      const built = ends.filter(({ status }) => status === 'built')
      expect(new Set(built.map(({ imageDigest }) => imageDigest))).toEqual(new Set([await digestOf('raced')]))
      // The engine keeps both under one name: what it says of the second then is not always what the registry said.
      for (const { failure } of ends.filter(({ status }) => status !== 'built'))
        expect(['tag_immutable', 'build_failed']).toContain(failure.code)
    })
  })

  it('of two builds of one tag at once, both succeed, and the tag is one of them', async () => {
    await shop.write({ Dockerfile: good('both') })

    const both = await Promise.all(
      ['one', 'two'].map(initiator =>
        shop.json('image', 'build', 'docker_tag=both', `initiator=${initiator}`),
      ),
    )

    expect(both.map(({ code }) => code)).toEqual([0, 0])
    const digests = both.map(({ document }) => document.images[0].imageDigest)
    expect(digests).toContain(await digestOf('both'))
  })

  describe('without the right to it', () => {
    afterEach(() => shop.account.sandbox.faults.clear())

    it.each(['build', 'deploy', 'login'])('image %s says that there are no credentials', async command => {
      const none = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined }

      const { code, stderr } = await run(['image', command], none)

      expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringMatching(/credentials/i) })
    })

    it.each(['build', 'deploy', 'login'])('image %s says that they have expired', async command => {
      shop.account.sandbox.faults.add({ effect: 'expire' })

      const { code, stderr } = await shop.tapit('image', command)

      expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringMatching(/expired/i) })
    })

    it('a registry that may not be logged in to is refused before anything is built', async () => {
      shop.account.sandbox.faults.add({ operation: 'GetAuthorizationToken', effect: 'deny' })
      const home = join(shop.folder, '..', 'nobody')

      const { code, stderr } = await run(['image', 'build', 'docker_tag=denied'], { HOME: home })

      expect({ code, stderr }).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('ecr:GetAuthorizationToken'),
      })
    })
  })

  describe('while another is built', () => {
    it('a second deploy of the process is refused; after kill -9 the next one works', async () => {
      await shop.write({ Dockerfile: waits })
      const short = { TAPIT_LEASE_SECONDS: '5' }
      const argv = ['image', 'deploy', 'process=default', '--wait']
      const first = startTapit([...argv, 'docker_tag=first'], {
        env: { ...shop.env, ...short },
        cwd: shop.folder,
      })
      await expect.poll(() => first.stderr(), { timeout: 60_000, interval: 50 }).toMatch(/ {2}waiting/)

      const second = await run([...argv, 'docker_tag=second'], short)
      const below = await descendants(first.child.pid ?? 0)
      first.kill('SIGKILL')
      await first.ended.finally(() => below.forEach(end))
      await shop.write({ Dockerfile: good('third') })
      // The lease of the one that was killed runs out first.
      let third = second
      await expect
        .poll(async () => (third = await run([...argv, 'docker_tag=third'], short)).code, {
          timeout: 60_000,
          interval: 500,
        })
        .not.toBe(3)
      const { document } = await shop.json('list', 'deploys', 'process=default', 'limit=2')

      expect(second).toMatchObject({ code: 3, stderr: expect.stringMatching(/dep_\w+, being built by/) })
      expect({ code: third.code, stderr: third.stderr }).toMatchObject({ code: 0 })
      expect(document.deployments).toMatchObject([
        { dockerTag: 'third', status: 'finalized', isActive: true },
        { dockerTag: 'first', isActive: false },
      ])
      expect(['failed', 'cancelled']).toContain(document.deployments[1].status)
    })
  })

  describe('without a terminal, and at a narrow one', () => {
    const pseudoTerminal = fileURLToPath(new URL('support/pseudo-terminal.py', import.meta.url))
    const columns = 60
    beforeAll(() => shop.write({ Dockerfile: good('narrow') }))

    it.each<[string, readonly string[]]>([
      ['image build', ['image', 'build', 'docker_tag=narrow']],
      ['list images', ['list', 'images']],
      ['show image', ['show', 'image', 'docker_tag=narrow']],
      ['prune images', ['prune', 'images', 'keep=1', '--dry-run']],
    ])('%s is within 60 columns, and without escapes where nobody looks', async (_what, argv) => {
      const program = ['python3', pseudoTerminal, String(columns), process.execPath, bin, ...argv] as const
      const [python, ...words] = program
      const shown = await startProcess(python, words, {
        env: { ...shop.env, TERM: 'xterm-256color' },
        cwd: shop.folder,
      }).ended
      const plain = await shop.tapit(...argv)

      const screen = new FakeTerminal({ columns, rows: 40 })
      screen.write(shown.stdout)
      expect([shown.code, plain.code]).toEqual([0, 0])
      expect(screen.isCursorHidden).toBe(false)
      expect(screen.text()).toContain('narrow')
      expect(
        screen
          .text()
          .split('\n')
          .filter(line => line.length > columns),
      ).toEqual([])
      expect(plain.stdout).toContain('narrow')
      expect(`${plain.stdout}${plain.stderr}`).not.toContain('\u001b')
    })
  })
})

/** Processes below one: whoever is killed cannot end them. */
async function descendants(pid: number): Promise<readonly number[]> {
  const listed = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  const children = listed.split(' ').filter(Boolean).map(Number)
  return [...children, ...(await Promise.all(children.map(descendants))).flat()]
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
