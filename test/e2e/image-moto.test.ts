import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pythonEnvironment } from './botocore/python-environment.ts'
import { type Ended, startProcess, startTapit, type Variables } from './support/cli.ts'
import { dockerEngine } from './support/docker-engine.ts'
import { forgetImages, type ImageShop, nonce, openImageShop, shell } from './support/image-shop.ts'
import { account, type Moto, openMoto, region } from './support/moto.ts'
import { type PushedManifest, type Registry, startRegistry } from './support/registry.ts'

const engine = await dockerEngine()
const clients = await pythonEnvironment()

const tapitYml = 'app: shop\nprocesses:\n  default: {}\n  scheduler: {}\n  worker: {}\n'
const repository = `${account}.dkr.ecr.${region}.amazonaws.com/shop`

describe.skipIf(engine === undefined || clients === undefined)(
  'images in moto’s ECR, which we did not write, with a real registry behind it',
  () => {
    let registry: Registry
    let moto: Moto
    let shop: ImageShop
    let commit: string

    beforeAll(async () => {
      if (engine === undefined) return
      registry = await startRegistry()
      moto = await openMoto({ registry, hasServiceDeployments: true, mirror: { onManifest: copyToSandbox } })
      shop = await openImageShop(engine, { account: { place: { account, region } } })
      await makeApp(moto)
      // For the copies to the sandbox.
      const { username, password, host } = registry
      await engine.docker('login', '--username', username, '--password', password, host)
      await shop.write({
        'tapit.yml': tapitYml,
        Dockerfile: `${shell}LABEL of=${nonce}\nCMD ["/bin/busybox", "httpd", "-f"]\n`,
      })
      commit = await shop.commit()
      await shop.tapit('image', 'login')
    })
    afterAll(async () => {
      await shop?.close()
      if (engine !== undefined && moto?.mirror !== undefined) await forgetImages(engine, moto.mirror.host)
      await moto?.close()
      await registry?.close()
      await engine?.close()
    })

    /** Where the tasks of the sandbox pull from; moto has no tasks. */
    async function copyToSandbox({ repository: name, reference, manifest }: PushedManifest): Promise<void> {
      if (reference.startsWith('sha256:')) return
      const from = `${registry.host}/${name}@${manifest.digest}`
      const to = `${shop.host}/${name}:${reference}`
      await engine?.docker('buildx', 'imagetools', 'create', '--tag', to, from)
    }

    /** All of AWS is moto. */
    const inMoto = (): Variables => ({ ...shop.env, AWS_ENDPOINT_URL: moto.url })
    /** ECR is moto’s; all else is the sandbox’s, whose tasks run. */
    const withTasks = (): Variables => ({ ...shop.env, AWS_ENDPOINT_URL_ECR: moto.url })

    async function json(env: Variables, ...argv: readonly string[]): Promise<Ended & { document: any }> {
      const ended = await startTapit([...argv, '-o', 'json'], { env, cwd: shop.folder }).ended
      return { ...ended, document: JSON.parse(ended.stdout) }
    }

    /** What the `aws` CLI is told of an image. */
    async function described(tag: string): Promise<any> {
      const argv = `ecr describe-images --repository-name shop --image-ids imageTag=${tag} --output json`
      const { code, stdout, stderr } = await startProcess(clients?.aws ?? '', argv.split(' '), {
        env: { ...moto.env, AWS_DEFAULT_REGION: region, AWS_PAGER: '' },
      }).ended
      if (code !== 0) throw new Error(stderr)
      return JSON.parse(stdout).imageDetails[0]
    }

    it('an image that is built has the digest of the registry, and of the aws CLI', async () => {
      const { code, document, stderr } = await json(
        inMoto(),
        'image',
        'build',
        'docker_tag=v1',
        'initiator=test',
      )
      expect({ code, stderr }).toMatchObject({ code: 0 })
      const pushed = await registry.manifest('shop', 'v1')
      const inEcr = await described('v1')
      expect(document.images).toMatchObject([
        { status: 'built', repository, processes: ['default', 'worker'] },
      ])
      expect(new Set([document.images[0].imageDigest, inEcr.imageDigest])).toEqual(new Set([pushed?.digest]))
    })

    it('is listed, and shown with the labels of its configuration', async () => {
      const digest = (await registry.manifest('shop', 'v1'))?.digest
      const [listed, shown] = await Promise.all([
        json(inMoto(), 'list', 'images'),
        json(inMoto(), 'show', 'image', 'docker_tag=v1'),
      ])

      expect(listed).toMatchObject({ code: 0 })
      const [{ images }] = listed.document.repositories
      expect(images.map(({ dockerTag }: { dockerTag: string }) => dockerTag)).toEqual(
        expect.arrayContaining(['v1', 'v1.2.2', 'v1.2.3']),
      )
      expect(images.find((each: { digest: string }) => each.digest === digest)).toMatchObject({
        tags: ['v1'],
        sizeInBytes: expect.any(Number),
      })
      expect(shown.code).toBe(0)
      expect(shown.document.images).toMatchObject([
        {
          digest,
          gitHash: commit,
          initiator: 'test',
          platforms: [{ platform: 'linux/amd64' }],
          labels: { of: nonce },
        },
      ])
    })

    it('a tag that does not exist is exit code 3, with the nearest that does', async () => {
      const { code, document } = await json(inMoto(), 'show', 'image', 'docker_tag=v1.2.4')

      expect(code).toBe(3)
      expect(document.error).toMatchObject({
        code: 'image_not_found',
        message: expect.stringContaining('v1.2.4'),
        advice: expect.stringContaining('v1.2.3'),
      })
    })

    it('after a login, docker pulls what was built', async () => {
      const host = moto.mirror?.host ?? ''
      await engine?.docker('logout', host)
      await engine?.docker('image', 'rm', '--force', `${host}/shop:v1`)

      const { code, stdout } = await startTapit(['image', 'login'], { env: inMoto(), cwd: shop.folder }).ended
      const pulled = await engine?.docker('pull', `${host}/shop:v1`)

      expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining(host) })
      expect(pulled).toContain((await registry.manifest('shop', 'v1'))?.digest)
    })

    it('image deploy ends in a live deployment of the digest that was pushed', async () => {
      await startTapit(['setup'], { env: inMoto(), cwd: shop.folder }).ended

      const argv = ['image', 'deploy', 'docker_tag=v2', 'process=default', '--wait']
      const { code, document, stderr } = await json(inMoto(), ...argv)
      const inEcr = await described('v2')
      const status = await json(inMoto(), 'status')

      expect({ code, stderr }).toMatchObject({ code: 0 })
      const live = status.document.processes.filter((each: { process: string }) => each.process === 'default')
      expect(document.deployments).toMatchObject([{ status: 'finalized', isActive: true }])
      expect(digestsOf(document.deployments, live, [inEcr])).toEqual(
        new Set([(await registry.manifest('shop', 'v2'))?.digest]),
      )
    })

    it('image deploy ends in tasks that have pulled that digest', async () => {
      const { code, document, stderr } = await json(withTasks(), 'image', 'deploy', 'docker_tag=v3', '--wait')
      const inEcr = await described('v3')
      const status = await json(withTasks(), 'status')

      expect({ code, stderr }).toMatchObject({ code: 0 })
      expect(document.deployments).toHaveLength(3)
      const tasks = Object.values(shop.account.sandbox.world.state.ecs.tasks).filter(
        ({ lastStatus }) => lastStatus === 'RUNNING',
      )
      expect(tasks).toHaveLength(4)
      const containers = tasks.flatMap(each => each.containers)
      expect(digestsOf(document.deployments, status.document.processes, [inEcr], containers)).toEqual(
        new Set([(await registry.manifest('shop', 'v3'))?.digest]),
      )
    })

    it('an ECR that cannot be reached is said, and nothing is changed', async () => {
      const before = await json(withTasks(), 'status')
      const stopped = { ...withTasks(), AWS_ENDPOINT_URL_ECR: 'http://127.0.0.1:9' }

      const { code, stderr } = await json(stopped, 'image', 'deploy', 'docker_tag=v4', '--wait')
      const after = await json(withTasks(), 'status')

      expect(code).toBe(3)
      expect(stderr).toContain('127.0.0.1:9')
      expect(digestsOf(after.document.processes)).toEqual(digestsOf(before.document.processes))
    })
  },
)

async function makeApp({ url }: Moto): Promise<void> {
  const app = fileURLToPath(new URL('support/moto-app.py', import.meta.url))
  const made = await startProcess('python3', [app, url, region], { env: {} }).ended
  if (made.code !== 0) throw new Error(made.stderr)
}

function digestsOf(...groups: readonly (readonly { readonly imageDigest?: string }[])[]): Set<unknown> {
  return new Set(groups.flatMap(group => group.map(({ imageDigest }) => imageDigest)))
}
