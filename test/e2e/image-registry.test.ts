import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { registryToken } from '../../lib/sandbox/ecr/registry/token.ts'
import { type Ended, startTapit, type Variables } from './support/cli.ts'
import { dockerEngine } from './support/docker-engine.ts'
import { forgetImages, type ImageShop, nonce, openImageShop, shell } from './support/image-shop.ts'
import { account, type Moto, openMoto, region } from './support/moto.ts'
import { type Fault, type Registry, type RegistryRequest, startRegistry } from './support/registry.ts'

const engine = await dockerEngine()

const tapitYml = 'app: shop\nprocesses:\n  default: {}\n  scheduler: {}\n  worker: {}\n'
const good = (what: string) => `${shell}LABEL of=${what}-${nonce}\n`

describe.skipIf(engine === undefined)('an image, pushed to a registry', () => {
  let shop: ImageShop
  beforeAll(async () => {
    if (engine === undefined) return
    shop = await openImageShop(engine, { account: { place: { account, region } } })
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

  describe('at the registry', () => {
    let registry: Registry
    let moto: Moto
    let fault: (request: RegistryRequest) => Fault | undefined = () => undefined
    const own = { AWS_ENDPOINT_URL_ECR: '' }

    beforeAll(async () => {
      if (engine === undefined) return
      registry = await startRegistry()
      moto = await openMoto({ registry, mirror: { fault: request => fault(request) } })
      own.AWS_ENDPOINT_URL_ECR = moto.url
      const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
      const ecr = new ECRClient({ endpoint: moto.url, region, credentials })
      for (const repositoryName of ['shop', 'shop/default', 'shop/scheduler', 'shop/worker'])
        await ecr.send(new CreateRepositoryCommand({ repositoryName }))
      ecr.destroy()
    })
    afterEach(() => {
      fault = () => undefined
    })
    afterAll(async () => {
      if (engine !== undefined && moto?.mirror !== undefined) await forgetImages(engine, moto.mirror.host)
      await moto?.close()
      await registry?.close()
    })

    /** How often Docker logged in, or asked whether it still may. */
    const logins = () => moto.mirror?.requests.filter(({ path }) => path === '/v2/').length ?? 0

    it('that no longer knows the login: it logs in again, once, and the build succeeds', async () => {
      const first = await run(['image', 'build', 'docker_tag=in1'], own)
      const before = logins()
      await shop.write({ Dockerfile: good('again') })
      let refusals = 0
      fault = ({ path }) => (path !== '/v2/' && refusals++ === 0 ? { status: 401 } : undefined)

      const second = await run(['image', 'build', 'docker_tag=in2'], own)

      expect([first.code, second.code]).toEqual([0, 0])
      expect(refusals).toBeGreaterThan(1)
      expect(logins()).toBeGreaterThan(before)
      expect(await registry.manifest('shop', 'in2')).toBeDefined()
    })

    it.each<{ fault: Fault; code: string; says: RegExp }>([
      { fault: { status: 401 }, code: 'registry_unauthorized', says: /tapit image login/ },
      { fault: { status: 403, code: 'DENIED' }, code: 'registry_denied', says: /./ },
    ])(
      'that always answers $fault.status: a failed build, and no deployment',
      async ({ fault: always, code, says }) => {
        await shop.write({ Dockerfile: good(code) })
        fault = ({ path }) => (path === '/v2/' ? undefined : always)

        const ended = await run(
          ['image', 'deploy', 'docker_tag=never', 'process=default', '--wait', '-o', 'json'],
          own,
        )

        expect({ code: ended.code, stderr: ended.stderr }).toMatchObject({ code: 1 })
        expect(ended.stderr).not.toContain(registry.password)
        const [deployment] = JSON.parse(ended.stdout).deployments
        expect(deployment).toMatchObject({ status: 'failed', failure: { code: 'build_failed' } })
        expect(JSON.stringify(deployment.failure)).toMatch(says)
      },
    )

    it('that is throttled, down or cut off: each image fails for its own reason', async () => {
      for (const process of ['default', 'scheduler', 'worker']) shop.ownRepository(process)
      await shop.write({
        'tapit.yml':
          'app: shop\nprocesses:\n  default: { path: web }\n  scheduler: { path: cron }\n  worker: { path: jobs }\n',
        'web/Dockerfile': good('web'),
        'cron/Dockerfile': good('cron'),
        'jobs/Dockerfile': good('jobs'),
      })
      const faults: Readonly<Record<string, Fault>> = {
        'shop/default': { status: 429, code: 'TOOMANYREQUESTS', message: 'Rate exceeded' },
        'shop/scheduler': { status: 503 },
        'shop/worker': 'cut',
      }
      fault = ({ path }) => faults[/^\/v2\/(shop\/\w+)\//.exec(path)?.[1] ?? '']

      const { code, stdout } = await run(['image', 'build', 'docker_tag=never', '-o', 'json'], own)
      fault = () => undefined
      const after = await run(['image', 'build', 'docker_tag=now', '-o', 'json'], own)

      expect([code, after.code]).toEqual([1, 0])
      const codes = JSON.parse(stdout).images.map(
        (image: { processes: string[]; failure: { code: string } }) => [
          image.processes[0],
          image.failure.code,
        ],
      )
      expect(Object.fromEntries(codes)).toEqual({
        default: 'registry_throttled',
        scheduler: 'registry_unavailable',
        worker: 'registry_unavailable',
      })
    })

    afterAll(async () => {
      for (const service of Object.values(shop.account.sandbox.world.state.ecs.services)) {
        const others = service.tags.filter(({ key }) => key !== 'tapit:repository')
        service.tags = [...others, { key: 'tapit:repository', value: 'shop' }]
      }
      await shop.write({ 'tapit.yml': tapitYml })
    })
  })

  describe('at the sandbox’s own registry', () => {
    /** What Docker remembers of the registry; nothing of it reaches whoever runs the tests. */
    async function rememberedAs(auth: object): Promise<void> {
      const path = join(shop.env['DOCKER_CONFIG'] ?? '', 'config.json')
      const config = JSON.parse(await readFile(path, 'utf8'))
      await writeFile(path, JSON.stringify({ ...config, auths: { ...config.auths, [shop.host]: auth } }))
    }

    it.each([
      { what: 'has run out', auth: () => ({ auth: registryToken({ expiresAt: Date.now() - 1 }) }) },
      { what: 'is nobody’s', auth: () => ({ auth: Buffer.from('AWS:nonsense').toString('base64') }) },
      { what: 'is empty', auth: () => ({}) },
    ])('a login that $what is made anew', async ({ what, auth }) => {
      const tag = what.replaceAll(/\W+/g, '-')
      await shop.tapit('image', 'login')
      await rememberedAs(auth())
      await shop.write({ Dockerfile: good(tag) })

      const { code, stderr } = await shop.tapit('image', 'build', `docker_tag=${tag}`)

      expect({ code, stderr }).toMatchObject({ code: 0 })
      expect(await digestOf(tag)).toBeDefined()
    })

    it('cache=ecr leaves a cache beside the images that nobody takes for one', async () => {
      const { code, stderr } = await shop.tapit('image', 'build', 'docker_tag=quick', 'cache=ecr')
      const { document } = await shop.json('list', 'images', 'limit=100')

      expect({ code, stderr }).toMatchObject({ code: 0 })
      const { images = [] } = shop.account.sandbox.world.state.ecr.repositories['shop'] ?? {}
      expect(images.flatMap(({ tags }) => tags)).toContain('buildcache')
      const listed = document.repositories[0].images.flatMap((each: { tags: string[] }) => each.tags)
      expect(listed).toContain('quick')
      expect(listed).not.toContain('buildcache')
    })
  })
})
