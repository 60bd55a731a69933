import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTapit } from './support/cli.ts'
import { dockerEngine, type DockerEngine } from './support/docker-engine.ts'
import { type ImageShop, nonce, openImageShop, shell } from './support/image-shop.ts'

const engine = await dockerEngine()

const tapitYml = 'app: shop\nprocesses:\n  default: {}\n  scheduler: {}\n  worker: {}\n'
const serves = `${shell}COPY . /site\nRUN ["/bin/sh", "-c", "echo compiling ${nonce}"]\nUSER 1000:1000\nEXPOSE 8080\nCMD ["/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/site"]\n`

describe.skipIf(engine === undefined)('images, from the folder to a deployment that is live', () => {
  let shop: ImageShop
  let docker: DockerEngine['docker']
  let commit: string

  beforeAll(async () => {
    if (engine === undefined) return
    docker = engine.docker
    shop = await openImageShop(engine)
    await shop.write({ 'tapit.yml': tapitYml, Dockerfile: serves, 'healthz.html': `ok ${nonce}` })
    commit = await shop.commit()
  })
  afterAll(async () => {
    await shop?.close()
    await engine?.close()
  })

  it('builds and pushes an image that is called after branch and commit, and says where it came from', async () => {
    const { code, stdout, stderr } = await shop.tapit('image', 'build', 'initiator=test')
    const tag = `main-${commit.slice(0, 16)}`
    const shown = await shop.json('show', 'image', `docker_tag=${tag}`)

    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(stderr).toContain(`compiling ${nonce}`)
    expect(stdout).toMatch(new RegExp(`shop:${tag}@sha256:[0-9a-f]{64}`))
    expect(shown.document.images[0]).toMatchObject({
      dockerTag: tag,
      gitHash: commit,
      initiator: 'test',
      platforms: [{ platform: 'linux/amd64' }],
    })
  })

  it('deploys in one step what it built, under the digest that the registry has', async () => {
    const { code, document, stderr } = await shop.json('image', 'deploy', 'docker_tag=v20', '--wait')
    const inRegistry = await docker(
      'buildx',
      'imagetools',
      'inspect',
      '--format',
      '{{json .Manifest}}',
      `${shop.host}/shop:v20`,
    )
    const status = await shop.json('status')

    expect({ code, stderr }).toMatchObject({ code: 0 })
    const digests = [...document.deployments, ...status.document.processes].map(
      ({ imageDigest }: { imageDigest: string }) => imageDigest,
    )
    expect(new Set(digests)).toEqual(new Set([JSON.parse(inRegistry).digest]))
    expect(document.deployments[0]).toMatchObject({ status: 'finalized', gitHash: commit, dockerTag: 'v20' })
    // A task that is up between two looks has no health check of its own time.
    expect(stepNamesOf(document).filter(([name]) => name !== 'health_check')).toEqual([
      ['clone', 'skipped'],
      ['analyze', 'succeeded'],
      ['build', 'succeeded'],
      ['deploy', 'succeeded'],
      ['finalize', 'succeeded'],
    ])
    const log = await shop.tapit('show', 'logs', `deploy=${document.deployments[0].id}`, 'step=build')
    expect(log.stdout).toContain('pushing')
  })

  it('the image runs as somebody without rights, and answers', async () => {
    const container = (
      await docker('run', '--detach', '--publish=127.0.0.1:0:8080', `${shop.host}/shop:v20`)
    ).trim()
    try {
      const address = (await docker('port', container, '8080')).trim()
      const answered = await fetch(`http://${address}/healthz.html`)

      expect(await answered.text()).toBe(`ok ${nonce}`)
      expect((await docker('exec', container, '/bin/busybox', 'id', '-u')).trim()).toBe('1000')
    } finally {
      await docker('rm', '--force', container)
    }
  })

  it('a build that fails ends its deployments, tells its last lines, and leaves what runs alone', async () => {
    await shop.write({
      Dockerfile: `${shell}RUN ["/bin/sh", "-c", "echo no such module ${nonce}; exit 7"]\n`,
    })

    const { code, document, stderr } = await shop.json('image', 'deploy', 'docker_tag=v21', '--wait')
    const status = await shop.json('status')

    expect(code).toBe(1)
    expect(stderr).toContain(`no such module ${nonce}`)
    expect(document.deployments[0]).toMatchObject({
      status: 'failed',
      failure: { code: 'build_failed', message: expect.stringMatching(/exit code 7|exited with code 7|7/) },
    })
    expect(document.deployments[0].imageDigest).toBeUndefined()
    expect(stepNamesOf(document).find(([name]: string[]) => name === 'build')).toEqual(['build', 'failed'])
    expect(status.document.processes[0]).toMatchObject({ dockerTag: 'v20', health: 'healthy' })
  })

  it('Ctrl-C leaves no process, no folder and no tag', async () => {
    await shop.write({ Dockerfile: `${shell}RUN ["/bin/sh", "-c", "echo waiting; sleep 300 # ${nonce}"]\n` })
    const running = shop.start('image', 'build', 'docker_tag=v22')
    await expect.poll(() => running.stderr(), { timeout: 60_000, interval: 50 }).toMatch(/ {2}waiting/)

    running.kill('SIGINT')
    const { code } = await running.ended
    const { code: shown } = await shop.tapit('show', 'image', 'docker_tag=v22')
    const processes = await docker('ps', '--all', '--quiet', '--filter', `ancestor=${shop.host}/shop:v22`)

    expect(code).toBe(130)
    expect(shown).toBe(3)
    expect(processes).toBe('')
    expect(await readdir(join(shop.env['TMPDIR'] ?? ''))).toEqual([])
  })

  it.each([
    { argv: ['dockerfile=../../etc/passwd'], code: 2, says: /\.\.\/\.\.\/etc\/passwd.*leads out/s },
    {
      argv: ['dockerfile=docker/other.Dockerfile'],
      code: 3,
      says: /docker\/other\.Dockerfile.*does not exist/s,
    },
    { argv: ['cache=gha'], code: 2, says: /cache=ecr/ },
    { argv: ['docker_tag=a b'], code: 2, says: /docker_tag="a b"/ },
    { argv: ['docker_tag=v20', 'process=nobody'], code: 3, says: /"nobody"/ },
    { argv: ['ref=main'], code: 2, says: /source=/ },
    { argv: ['source=--upload-pack=touch /tmp/x'], code: 2, says: /upload-pack/ },
    { argv: ['source=ext::sh -c touch'], code: 2, says: /ext::/ },
  ])('refuses before anything is built: $argv', async ({ argv, code, says }) => {
    const ended = await shop.tapit('image', 'build', ...argv)

    expect({ code: ended.code, stderr: ended.stderr }).toMatchObject({ code })
    expect(ended.stderr).toMatch(says)
    expect(ended.stderr).not.toContain('building')
  })

  it('says which part of Docker is missing', async () => {
    const { env } = shop
    const without = { ...env, PATH: '/nonexistent' }
    const stopped = { ...env, DOCKER_HOST: 'unix:///nonexistent/docker.sock' }

    const [noDocker, noEngine] = await Promise.all(
      [without, stopped].map(
        each => startTapit(['image', 'build', 'docker_tag=v23'], { env: each, cwd: shop.folder }).ended,
      ),
    )

    expect(noDocker).toMatchObject({ code: 3, stderr: expect.stringMatching(/docker/i) })
    expect(noEngine).toMatchObject({ code: 3, stderr: expect.stringMatching(/engine/i) })
  })

  it('builds three paths at once; one that fails does not stop the others, and only they are pushed', async () => {
    for (const process of ['default', 'scheduler', 'worker']) shop.ownRepository(process)
    const ends = (name: string, how: string) =>
      `${shell}RUN ["/bin/sh", "-c", "sleep 2; echo ${name} ${nonce}; ${how}"]\n`
    await shop.write({
      'tapit.yml':
        'app: shop\nprocesses:\n  default: { path: web }\n  scheduler: { path: cron }\n  worker: { path: jobs }\n',
      'web/Dockerfile': ends('web', 'true'),
      'cron/Dockerfile': ends('cron', 'exit 3'),
      'jobs/Dockerfile': ends('jobs', 'true'),
    })

    const { code, document, stderr } = await shop.json('image', 'build', 'docker_tag=v30')
    const shown = await Promise.all(
      ['default', 'scheduler', 'worker'].map(each =>
        shop.tapit('show', 'image', 'docker_tag=v30', `process=${each}`),
      ),
    )

    expect(code).toBe(1)
    const statuses = document.images.map((image: { processes: string[]; status: string }) => [
      image.processes[0],
      image.status,
    ])
    expect(Object.fromEntries(statuses)).toEqual({ default: 'built', scheduler: 'failed', worker: 'built' })
    expect(shown.map(each => each.code)).toEqual([0, 3, 0])
    const told = stderr.split('\n')
    const begun = told.filter(line => line.endsWith(': build …'))
    expect(begun).toHaveLength(3)
    expect(told.findLastIndex(line => begun.includes(line))).toBeLessThan(
      told.findIndex(line => /: (pushed sha256:|failed at )/.test(line)),
    )
  })

  it('deploys the processes whose images were built, though another’s was not', async () => {
    const { code, document } = await shop.json('image', 'deploy', 'docker_tag=v31', '--wait')

    expect(code).toBe(1)
    const statuses = document.deployments.map((each: { process: string; status: string }) => [
      each.process,
      each.status,
    ])
    expect(Object.fromEntries(statuses)).toEqual({
      default: 'finalized',
      scheduler: 'failed',
      worker: 'finalized',
    })
  })

  it('builds only what the deployed process needs', async () => {
    const { code, document } = await shop.json(
      'image',
      'deploy',
      'docker_tag=v32',
      'process=worker',
      '--wait',
    )
    const others = await shop.tapit('show', 'image', 'docker_tag=v32', 'process=default')

    expect(code).toBe(0)
    expect(document.deployments).toHaveLength(1)
    expect(others.code).toBe(3)
  })
})

function stepNamesOf(document: any): [string, string][] {
  return document.deployments[0].steps.map((step: { name: string; status: string }) => [
    step.name,
    step.status,
  ])
}
