import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  DescribeImagesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
} from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startProcess } from './support/cli.ts'
import { dockerEngine } from './support/docker-engine.ts'
import { type Moto, openMoto, region } from './support/moto.ts'
import { type Registry, startRegistry } from './support/registry.ts'

const engine = await dockerEngine()
const repositoryName = 'shop'

describe.skipIf(engine === undefined)('moto’s ECR with a real registry behind it', () => {
  let moto: Moto
  let registry: Registry
  let ecr: ECRClient
  const references: string[] = []

  beforeAll(async () => {
    registry = await startRegistry()
    moto = await openMoto({ registry, hasServiceDeployments: true })
    const app = fileURLToPath(new URL('support/moto-app.py', import.meta.url))
    const made = await startProcess('python3', [app, moto.url, region], { env: {} }).ended
    if (made.code !== 0) throw new Error(made.stderr)
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
    ecr = new ECRClient({ endpoint: moto.url, region, credentials })
  })

  afterAll(async () => {
    if (references.length > 0) await engine?.docker('image', 'rm', '--force', ...references)
    await moto.close()
    await registry.close()
    await engine?.close()
  })

  /** Logs in with what moto gives, builds, pushes; the answer is the digest that buildx tells. */
  async function build(tag: string, ...options: readonly string[]): Promise<string> {
    const { authorizationData: [data] = [] } = await ecr.send(new GetAuthorizationTokenCommand({}))
    const { host } = new URL(data?.proxyEndpoint ?? '')
    const config = join(engine?.env['DOCKER_CONFIG'] ?? '', 'config.json')
    await writeFile(config, JSON.stringify({ auths: { [host]: { auth: data?.authorizationToken } } }))
    const context = join(moto.folder, tag)
    await mkdir(context)
    await copyFile('/bin/busybox', join(context, 'busybox'))
    const dockerfile = `FROM scratch\nCOPY busybox /bin/busybox\nLABEL tag=${tag}\n`
    await writeFile(join(context, 'Dockerfile'), dockerfile)
    const metadata = join(context, 'metadata.json')
    const reference = `${host}/${repositoryName}:${tag}`
    const argv = ['buildx', 'build', '--push', '--tag', reference, '--metadata-file', metadata]
    references.push(reference)
    await engine?.docker(...argv, ...options, context)
    return JSON.parse(await readFile(metadata, 'utf8'))['containerimage.digest']
  }

  async function images() {
    const { imageDetails = [] } = await ecr.send(new DescribeImagesCommand({ repositoryName }))
    return imageDetails
  }

  it('names the digests that buildx pushed, of an index and of its images', async () => {
    const digest = await build('two', '--platform', 'linux/amd64,linux/arm64')

    const imageIds = [{ imageTag: 'two' }]
    const { images: [image] = [] } = await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds }))
    const pushed = await registry.manifest(repositoryName, 'two')
    expect(image).toMatchObject({ imageId: { imageDigest: digest }, imageManifest: pushed?.text })
    const { manifests }: { manifests: { digest: string }[] } = JSON.parse(pushed?.text ?? '')
    const untagged = (await images()).filter(({ imageTags }) => imageTags === undefined)
    expect(untagged.map(({ imageDigest }) => imageDigest)).toEqual(
      expect.arrayContaining(manifests.map(it => it.digest)),
    )
  })

  it('gives out an image’s configuration', async () => {
    await build('configured', '--provenance=false')
    const pushed = await registry.manifest(repositoryName, 'configured')
    const { config }: { config: { digest: string } } = JSON.parse(pushed?.text ?? '')

    const { downloadUrl = '' } = await ecr.send(
      new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: config.digest }),
    )

    const said: unknown = await (await fetch(downloadUrl)).json()
    expect(said).toMatchObject({ os: 'linux', config: { Labels: { tag: 'configured' } } })
  })

  it('keeps the images of an index as long as the index', async () => {
    const imageDigest = await build('kept')
    const pushed = await registry.manifest(repositoryName, 'kept')
    const { manifests }: { manifests: { digest: string }[] } = JSON.parse(pushed?.text ?? '')
    const children = manifests.map(it => ({ imageDigest: it.digest }))
    const remove = (...imageIds: { imageDigest: string }[]) =>
      ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds }))

    const early = await remove(...children)
    const late = await remove({ imageDigest }, ...children)

    expect(early.failures).toHaveLength(children.length)
    expect(late.failures).toEqual([])
    expect(late.imageIds).toEqual([{ imageDigest, imageTag: 'kept' }, ...children])
  })

  it('refuses a push to a repository that nobody made', async () => {
    const response = await fetch(`http://${moto.mirror?.host}/v2/nowhere/blobs/uploads/`, { method: 'POST' })

    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ errors: [{ code: 'NAME_UNKNOWN' }] })
  })

  it('a deploy of what was pushed is live with the digest that buildx tells', async () => {
    const digest = await build('deployed')
    await moto.tapit('-a', 'shop', 'setup')

    const { code, document } = await moto.json(
      '-a',
      'shop',
      'create',
      'deploy',
      'docker_tag=deployed',
      'process=default',
      '--wait',
    )

    expect(code).toBe(0)
    expect(document.deployments).toMatchObject([
      { process: 'default', status: 'finalized', imageDigest: digest, isActive: true },
    ])
  })
})
