import { createHash, randomBytes } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateRepositoryCommand, DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { registryToken } from '../../lib/sandbox/ecr/registry/token.ts'
import { type Account, openAccount } from './support/account.ts'
import { type DockerEngine, dockerEngine } from './support/docker-engine.ts'
import { temporaryHome } from './support/temporary-home.ts'

const engine = await dockerEngine()

describe.skipIf(engine === undefined)('the sandbox’s registry, asked by Docker', () => {
  let docker: DockerEngine['docker']
  let account: Account
  let ecr: ECRClient
  /** Where to push: the sandbox's address. */
  let host: string
  let folder: string

  beforeAll(async () => {
    if (engine === undefined) return
    docker = engine.docker
    account = await openAccount()
    host = new URL(account.url).host
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
    ecr = new ECRClient({ endpoint: account.url, region: account.sandbox.world.region, credentials })
    folder = await mkdtemp(join(tmpdir(), 'tapit-sandbox-registry-'))
    await login(host, registryToken({ expiresAt: Date.now() + 3_600_000 }))
  })

  afterAll(async () => {
    if (references.size > 0) await docker('image', 'rm', '--force', ...references)
    await account.close()
    await engine?.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** Leaves the credentials in the test's own configuration of Docker, without a word about how safe they are. */
  async function login(registry: string, auth: string): Promise<void> {
    const path = join(engine?.env['DOCKER_CONFIG'] ?? '', 'config.json')
    const { auths = {}, ...config } = JSON.parse(await readFile(path, 'utf8'))
    await writeFile(path, JSON.stringify({ ...config, auths: { ...auths, [registry]: { auth } } }))
  }

  /** What the engine has to forget at the end. */
  const references = new Set<string>()

  type Built = { readonly reference: string; readonly digest: string }

  /** Builds and pushes an image of busybox alone; the digest is the one that buildx tells. */
  async function build(
    tag: string,
    { repository = 'shop', labels = '', options = [] as readonly string[] } = {},
  ): Promise<Built> {
    const context = join(folder, tag)
    await mkdir(context)
    await copyFile('/bin/busybox', join(context, 'busybox'))
    const dockerfile = `FROM scratch\nCOPY busybox /bin/busybox\nLABEL tag=${tag}\n${labels}\nCMD ["/bin/busybox", "httpd", "-f"]\n`
    await writeFile(join(context, 'Dockerfile'), dockerfile)
    const reference = `${host}/${repository}:${tag}`
    references.add(reference)
    const metadata = join(context, 'metadata.json')
    await docker(
      'buildx',
      'build',
      '--push',
      '--tag',
      reference,
      '--metadata-file',
      metadata,
      ...options,
      context,
    )
    return { reference, digest: JSON.parse(await readFile(metadata, 'utf8'))['containerimage.digest'] }
  }

  async function describedAs(imageTag: string, repositoryName = 'shop') {
    const { imageDetails = [] } = await ecr.send(
      new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag }] }),
    )
    return imageDetails[0]
  }

  it('takes what buildx pushes, and a deploy of it is live with the digest that buildx tells', async () => {
    const { digest } = await build('e2e-good')

    const deployed = await account.json('create', 'deploy', 'docker_tag=e2e-good', '--wait')

    expect(await describedAs('e2e-good')).toMatchObject({ imageDigest: digest, imageStatus: 'ACTIVE' })
    expect(deployed.code).toBe(0)
    const { deployments } = deployed.document
    expect(deployments.map((it: { imageDigest: string }) => it.imageDigest)).toEqual([digest, digest, digest])
    const { tasks } = account.sandbox.world.state.ecs
    const digests = Object.values(tasks).flatMap(({ containers }) => containers.map(it => it.imageDigest))
    expect(digests.filter(it => it === digest).length).toBeGreaterThanOrEqual(4)
  })

  it('gives an image out again, and it runs', async () => {
    const { reference } = await build('e2e-again')
    await docker('image', 'rm', reference)

    const said = await docker(
      'run',
      '--rm',
      '--pull',
      'always',
      '--quiet',
      reference,
      '/bin/busybox',
      'echo',
      'it runs',
    )

    expect(said).toBe('it runs\n')
  })

  it('lets an image crash that its labels say crashes, and the deploy rolls back', async () => {
    await build('e2e-crash', { labels: 'LABEL dev.tapit.sandbox.behaviour.worker=crash' })

    const { code, document } = await account.json(
      'create',
      'deploy',
      'docker_tag=e2e-crash',
      'process=worker',
      '--wait',
    )

    expect(code).not.toBe(0)
    expect(document.deployments).toMatchObject([
      { status: 'rolled_back', failure: { code: 'container_exited' } },
    ])
  })

  it('keeps an index of two platforms the same over a copy to another registry and back', async () => {
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'team/shop' }))
    const { registry = '', username = '', password = '' } = engine ?? {}
    await login(registry, Buffer.from(`${username}:${password}`).toString('base64'))
    const options = ['--platform', 'linux/amd64,linux/arm64']
    const { reference, digest } = await build('e2e-two', { options })
    const between = `${registry}/sandbox-registry:e2e-two`

    await docker('buildx', 'imagetools', 'create', '--tag', between, reference)
    await docker('buildx', 'imagetools', 'create', '--tag', `${host}/team/shop:back`, between)

    const raw = await docker('buildx', 'imagetools', 'inspect', '--raw', between)
    expect(`sha256:${createHash('sha256').update(raw).digest('hex')}`).toBe(digest)
    expect(await describedAs('back', 'team/shop')).toMatchObject({ imageDigest: digest })
  })

  it('refuses a push to a repository that nobody made', async () => {
    const building = build('e2e-nowhere', { repository: 'nowhere' })

    await expect(building).rejects.toThrow(/\/v2\/nowhere\/blobs\/uploads\/\S*: 404 Not Found|NAME_UNKNOWN/)
  })

  it('refuses whoever did not log in', async () => {
    await login(host, Buffer.from('AWS:wrong').toString('base64'))

    const building = build('e2e-stranger')

    await expect(building).rejects.toThrow(/400 Bad Request|401 Unauthorized/)
    await login(host, registryToken({ expiresAt: Date.now() + 3_600_000 }))
  })
})

it.skipIf(process.platform !== 'linux')(
  'a layer of 200 MB goes through the sandbox’s process without staying in its memory',
  async () => {
    const home = await temporaryHome()
    const { document } = await home.json('sandbox', 'start')
    const { url, pid } = document
    const headers = { authorization: `Basic ${registryToken({ expiresAt: Date.now() + 3_600_000 })}` }
    const megabyte = randomBytes(1024 * 1024)
    const hash = createHash('sha256')
    const begun = await fetch(`${url}/v2/shop/blobs/uploads/`, { method: 'POST', headers })
    const location = new URL(begun.headers.get('location') ?? '', url)
    const before = await memoryOf(pid)

    const body = new ReadableStream({
      start: () => undefined,
      pull: controller => {
        hash.update(megabyte)
        controller.enqueue(megabyte)
        sent += 1
        if (sent === 200) controller.close()
      },
    })
    let sent = 0
    await fetch(location, { method: 'PATCH', headers, body, duplex: 'half' })
    const digest = `sha256:${hash.digest('hex')}`
    const put = await fetch(`${location.href}?digest=${digest}`, { method: 'PUT', headers })
    const got = await fetch(`${url}/v2/shop/blobs/${digest}`, { headers })
    const bytes = (await got.arrayBuffer()).byteLength
    const after = await memoryOf(pid)
    await home.remove()

    expect(put.status).toBe(201)
    expect(bytes).toBe(200 * 1024 * 1024)
    expect(after - before).toBeLessThan(64)
  },
)

/** The most that a process ever had, in MiB. */
async function memoryOf(pid: number): Promise<number> {
  const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kibibytes) / 1024
}
