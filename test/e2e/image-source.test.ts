import { readdir, readFile, writeFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { BatchDeleteImageCommand, ECRClient } from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { temporaryFolders } from '../adapters/git/repositories.ts'
import { fixturePath } from '../build/fixture-apps.ts'
import { type Running, startTapit } from './support/cli.ts'
import { dockerEngine } from './support/docker-engine.ts'
import { type GitServer, openGitServer } from './support/git-server.ts'
import { type ImageShop, nonce, openImageShop, shell } from './support/image-shop.ts'
import { type Registry, startRegistry } from './support/registry.ts'

const engine = await dockerEngine()

const processes = 'processes:\n  default: {}\n  scheduler: {}\n  worker: {}\n'
/** What nobody but this machine's user may see. */
const secret = `hunter2-${nonce}`

describe.skipIf(engine === undefined)('images from a Git repository', () => {
  const folders = temporaryFolders()
  let shop: ImageShop
  let served: GitServer
  /** A folder without tapit.yml. */
  let elsewhere: string
  /** What the server was asked for, and whether it answers. */
  const asked: string[] = []
  let isStuck: (path: string) => boolean = () => false
  const released = new Set<string>()

  beforeAll(async () => {
    if (engine === undefined) return
    shop = await openImageShop(engine)
    elsewhere = await folders.make()
    served = await openGitServer({ folder: await folders.make(), guard: guarded })
  })
  afterAll(async () => {
    await served?.close()
    await shop?.close()
    await folders.removeAll()
    await engine?.close()
  })

  /** Repositories called `private` ask for a password; some requests are never answered. */
  function guarded(backend: RequestListener): RequestListener {
    return (request, response) => {
      const path = request.url ?? ''
      asked.push(path)
      if (isStuck(path)) return void request.socket.once('close', () => released.add(path))
      const credentials = `Basic ${Buffer.from(`ada:${secret}`).toString('base64')}`
      if (path.startsWith('/private') && request.headers.authorization !== credentials) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="private"' }).end()
      } else {
        backend(request, response)
      }
    }
  }

  /** In a folder that has no tapit.yml: the one of the clone holds. */
  const inElsewhere = (argv: readonly string[]): Running =>
    startTapit(['-a', 'shop', ...argv], { env: shop.env, cwd: elsewhere })

  const leftInTmp = () => readdir(shop.env['TMPDIR'] ?? '')

  async function exists(tag: string): Promise<boolean> {
    return (await inElsewhere(['show', 'image', `docker_tag=${tag}`]).ended).code === 0
  }

  describe('with a Dockerfile', () => {
    let source: string
    let first: string
    let second: string
    beforeAll(async () => {
      const of = (what: string) => ({
        Dockerfile: `${shell}LABEL of=${what}\nCMD ["/bin/busybox", "httpd", "-f"]\n`,
      })
      const made = await served.add('own', { 'tapit.yml': `app: shop\n${processes}`, ...of(`one-${nonce}`) })
      source = made.source
      first = await made.git('rev-parse', 'HEAD')
      await made.git('tag', '--annotate', '--message=one', 'v1.0.0')
      second = await made.commit(of(`two-${nonce}`))
    })

    it.each([
      { ref: 'main', tag: () => `main-${second.slice(0, 16)}`, of: 'two', commit: () => second },
      { ref: 'v1.0.0', tag: () => `v1.0.0-${first.slice(0, 16)}`, of: 'one', commit: () => first },
      { ref: 'the commit', tag: () => first.slice(0, 16), of: 'one', commit: () => first },
    ])('builds what $ref names, and leaves no clone', async ({ ref, tag, of, commit }) => {
      const asRef = ref === 'the commit' ? commit() : ref
      const { code, stderr } = await inElsewhere(['image', 'build', `source=${source}`, `ref=${asRef}`]).ended
      const shown = await inElsewhere(['show', 'image', `docker_tag=${tag()}`, '-o', 'json']).ended

      expect({ code, stderr }).toMatchObject({ code: 0 })
      const [image] = JSON.parse(shown.stdout).images
      expect(image).toMatchObject({ gitHash: commit(), source, labels: { of: `${of}-${nonce}` } })
      expect(await leftInTmp()).toEqual([])
    })

    it.concurrent.each([
      { words: () => ['ref=mian'], says: /no branch or tag "mian"\. Did you mean main\?/ },
      { words: () => ['ref=v1.0.1'], says: /no branch or tag "v1\.0\.1"\. Did you mean v1\.0\.0\?/ },
      { words: () => [`source=${served.url}/nothing/.git`], says: /no such repository/ },
      { words: () => ['source=http://127.0.0.1:9/shop.git'], says: /127\.0\.0\.1:9/ },
      { words: () => [`source=${served.url}/private/.git`], says: /user name and a password/ },
    ])('refuses what is not there, before anything is built: $says', async ({ words, says }) => {
      const own = words().some(word => word.startsWith('source='))
        ? words()
        : [`source=${source}`, ...words()]

      const ended = await inElsewhere(['image', 'deploy', ...own]).ended

      expect(ended).toMatchObject({ code: 3, stderr: expect.stringMatching(says) })
      expect(await leftInTmp()).toEqual([])
    })

    it('fails at the clone for a commit that is in no repository', async () => {
      const ended = await inElsewhere(['image', 'build', `source=${source}`, `ref=${'0'.repeat(39)}1`]).ended

      expect(ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/has no commit 0{39}1/) })
      expect(await leftInTmp()).toEqual([])
    })

    it('deploys it in steps that have each their own log', async () => {
      const argv = [
        'image',
        'deploy',
        `source=${source}`,
        'ref=main',
        'docker_tag=cloned',
        'process=default',
        '--wait',
        '-o',
        'json',
      ]
      const { code, stdout, stderr } = await inElsewhere(argv).ended
      const { deployments } = JSON.parse(stdout)
      const logs = await Promise.all(
        ['clone', 'analyze', 'build'].map(async step => {
          const ended = await inElsewhere(['show', 'logs', `deploy=${deployments[0].id}`, `step=${step}`])
            .ended
          return ended.stdout
        }),
      )

      expect({ code, stderr }).toMatchObject({ code: 0 })
      expect(deployments[0]).toMatchObject({ status: 'finalized', gitHash: second, source })
      const stood = deployments[0].steps.map((each: { name: string; status: string }) => [
        each.name,
        each.status,
      ])
      expect(Object.fromEntries(stood)).toMatchObject({
        clone: 'succeeded',
        analyze: 'succeeded',
        build: 'succeeded',
      })
      expect(logs[0]).toContain(`${source} at ${second} (main)`)
      expect(logs[1]).toContain('Dockerfile is its own')
      expect(logs[2]).toContain('pushing')
      expect(logs[0]).not.toContain('pushing')
      expect(await leftInTmp()).toEqual([])
    })

    it('a password in the URL opens the repository, and is in no line, label or record', async () => {
      await served.add('private', {
        'tapit.yml': `app: shop\n${processes}`,
        Dockerfile: `${shell}LABEL p=${nonce}\n`,
      })
      const url = new URL(`${served.url}/private/.git`)
      url.username = 'ada'
      url.password = secret

      const argv = [
        'image',
        'deploy',
        `source=${url.href}`,
        'docker_tag=private',
        'process=default',
        '--wait',
        '--debug',
        '-o',
        'json',
      ]
      const ended = await inElsewhere(argv).ended
      const shown = await inElsewhere(['show', 'image', 'docker_tag=private', '-o', 'json']).ended
      const { deployments } = JSON.parse(ended.stdout)
      const log = await inElsewhere(['show', 'logs', `deploy=${deployments[0].id}`]).ended

      expect({ code: ended.code, stderr: ended.stderr }).toMatchObject({ code: 0 })
      expect(deployments[0].source).toBe(`${served.url}/private/.git`)
      for (const { stdout, stderr } of [ended, shown, log]) expect(`${stdout}${stderr}`).not.toContain(secret)
    })

    it('Ctrl-C in a clone that stands still leaves neither a folder nor a connection', async () => {
      isStuck = path => path.endsWith('/git-upload-pack')
      try {
        asked.length = 0
        const running = inElsewhere([
          'image',
          'build',
          `source=${source}`,
          `ref=${second}`,
          'docker_tag=stuck',
        ])
        await expect.poll(() => asked.at(-1), { timeout: 60_000, interval: 20 }).toContain('/git-upload-pack')

        running.kill('SIGINT')
        const { code } = await running.ended

        expect(code).toBe(130)
        expect(await leftInTmp()).toEqual([])
        await expect.poll(() => [...released], { timeout: 60_000 }).toHaveLength(1)
      } finally {
        isStuck = () => false
      }
    })

    it('Ctrl-C in the build of a deploy leaves no clone, and a deployment that was cancelled', async () => {
      const slow = await served.add('slow', {
        'tapit.yml': `app: shop\n${processes}`,
        Dockerfile: `${shell}RUN ["/bin/sh", "-c", "echo waiting; sleep 300 # ${nonce}"]\n`,
      })
      const running = inElsewhere(['image', 'deploy', `source=${slow.source}`, 'docker_tag=slow', '--wait'])
      await expect.poll(() => running.stderr(), { timeout: 60_000, interval: 50 }).toMatch(/ {2}waiting/)

      running.kill('SIGINT')
      const { code } = await running.ended
      const shown = await inElsewhere(['show', 'deploy', '-o', 'json']).ended

      expect(code).toBe(130)
      expect(JSON.parse(shown.stdout).deployments[0]).toMatchObject({
        status: 'cancelled',
        failure: { code: 'cancelled' },
      })
      expect(await exists('slow')).toBe(false)
      expect(await leftInTmp()).toEqual([])
    })
  })

  describe('without a Dockerfile', () => {
    let registry: Registry
    let base: string
    beforeAll(async () => {
      if (engine === undefined) return
      // What stands for Node: there is no registry to pull it from.
      const folder = await folders.make()
      registry = await startRegistry()
      base = `${registry.host}/node:24-slim`
      await writeFile(join(folder, 'busybox'), await readFile('/bin/busybox'), { mode: 0o755 })
      await writeFile(join(folder, 'node'), '#!/bin/sh\nexec /bin/busybox httpd -f -p "$PORT" -h /app\n', {
        mode: 0o755,
      })
      await writeFile(join(folder, 'Dockerfile'), `${shell}COPY node /usr/bin/node\n`)
      const { username, password, host } = registry
      await engine.docker('login', '--username', username, '--password', password, host)
      await engine.docker('buildx', 'build', '--push', '--tag', base, folder)
    })
    afterAll(async () => {
      await engine?.docker('image', 'rm', '--force', base)
      await registry?.close()
    })

    it('makes one for what it finds, says so, and the image serves', async () => {
      const app = fixturePath('node-npm')
      const files = ['package.json', 'server.js']
      const texts = await Promise.all(files.map(file => readFile(join(app, file), 'utf8')))
      const { source } = await served.add(
        'found',
        Object.fromEntries(files.map((file, at) => [file, texts[at] ?? ''])),
      )
      const contexts = `build: { contexts: { "node:24-slim": "docker-image://${base}" } }\n`
      await shop.write({ 'tapit.yml': `app: shop\n${contexts}${processes}` })

      const { code, stderr, document } = await shop.json(
        'image',
        'deploy',
        `source=${source}`,
        'docker_tag=found',
        'process=default',
        '--wait',
      )
      const answer = await answerOf(`${shop.host}/shop:found`, 8080)

      expect({ code, stderr }).toMatchObject({ code: 0 })
      expect(stderr).toMatch(/FROM node:24-slim/)
      expect(answer).toBe(texts[1])
      const log = await shop.tapit('show', 'logs', `deploy=${document.deployments[0].id}`, 'step=analyze')
      expect(log.stdout).toContain('CMD ["node", "server.js"]')
      expect(await leftInTmp()).toEqual([])
    })

    it('fails at analyze where it cannot tell what runs there', async () => {
      const { source } = await served.add('unknown', { 'README.md': 'hello\n' })

      const { code, stdout } = await inElsewhere([
        'image',
        'deploy',
        `source=${source}`,
        '--wait',
        '-o',
        'json',
      ]).ended

      expect(code).toBe(1)
      expect(JSON.parse(stdout).deployments[0]).toMatchObject({
        status: 'failed',
        failure: { code: 'analyze_failed', message: expect.stringContaining('what runs there is not known') },
      })
    })

    async function answerOf(image: string, port: number): Promise<string> {
      const docker = engine?.docker ?? (() => Promise.reject(new Error('no engine')))
      const container = (await docker('run', '--detach', `--publish=127.0.0.1:0:${port}`, image)).trim()
      try {
        const address = (await docker('port', container, String(port))).trim()
        // Docker takes connections before the process does.
        return await vi.waitFor(async () => (await fetch(`http://${address}/server.js`)).text(), {
          timeout: 60_000,
          interval: 100,
        })
      } finally {
        await docker('rm', '--force', container)
      }
    }
  })

  describe('built again', () => {
    let source: string
    let past: { id: string; imageDigest: string; gitHash: string }

    const build = (from: string) => `app: shop\nbuild: { source: "${from}" }\n${processes}`

    beforeAll(async () => {
      const made = await served.add('again', { Dockerfile: `${shell}LABEL again=${nonce}\n` })
      source = made.source
      await shop.write({ 'tapit.yml': build(source) })
      const deployed = await shop.json('image', 'deploy', `source=${source}`, 'process=default', '--wait')
      past = deployed.document.deployments[0]
      await shop.account.push({ tag: 'later' })
      await shop.tapit('create', 'deploy', 'docker_tag=later', 'process=default', '--wait')
    })

    it('refuses what is there still', async () => {
      const { code, stderr } = await shop.tapit('image', 'deploy', `rebuild=${past.id}`)

      expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining(past.imageDigest) })
    })

    it('refuses another repository than tapit.yml names, and clones nothing', async () => {
      await deleteImage(past.imageDigest)
      await shop.write({ 'tapit.yml': build('https://example.com/another/shop.git') })
      asked.length = 0

      const { code, stderr } = await shop.tapit('image', 'deploy', `rebuild=${past.id}`)

      expect({ code, stderr }).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('example.com/another'),
      })
      expect(asked).toEqual([])
    })

    it('comes from the same commit with a digest of its own, and says what it does', async () => {
      await shop.write({ 'tapit.yml': build(source) })

      const { code, document, stderr } = await shop.json('image', 'deploy', `rebuild=${past.id}`, '--wait')
      const status = await shop.json('status')

      expect({ code, stderr }).toMatchObject({ code: 0 })
      expect(stderr).toMatch(/is gone; it is built again from .*again.*digest of its own/)
      const [rebuilt] = document.deployments
      expect(rebuilt).toMatchObject({
        process: 'default',
        trigger: 'rollback',
        gitHash: past.gitHash,
        source,
      })
      expect(rebuilt.imageDigest).toMatch(/^sha256:/)
      expect(rebuilt.imageDigest).not.toBe(past.imageDigest)
      const live = status.document.processes.find((each: { process: string }) => each.process === 'default')
      expect(live.imageDigest).toBe(rebuilt.imageDigest)
    })

    async function deleteImage(imageDigest: string): Promise<void> {
      const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
      const { url, sandbox } = shop.account
      const ecr = new ECRClient({ endpoint: url, region: sandbox.world.region, credentials })
      await ecr.send(new BatchDeleteImageCommand({ repositoryName: 'shop', imageIds: [{ imageDigest }] }))
      ecr.destroy()
    }
  })
})
