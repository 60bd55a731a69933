import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildCommand, type BuildCommand } from '../../../lib/adapters/docker/build-command.ts'
import type { ImageBuild } from '../../../lib/build/ports.ts'
import { someBuild } from './some-build.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'build-command-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function command(more: Partial<ImageBuild>, env = {}): Promise<BuildCommand> {
  return buildCommand(someBuild(more), { env: { PATH: '/bin', ...env }, metadataFile: '/tmp/m.json' })
}

describe('the command of a build', () => {
  it('pushes under one tag with provenance that holds no arguments', async () => {
    const { argv } = await command({ target: 'release', platforms: ['linux/amd64', 'linux/arm64'] })

    expect(argv).toEqual([
      'buildx',
      'build',
      '--progress=rawjson',
      '--provenance=mode=min',
      '--push',
      '--metadata-file=/tmp/m.json',
      '--file=/src/shop/Dockerfile',
      '--tag=registry.example.com/shop:v1',
      '--target=release',
      '--platform=linux/amd64,linux/arm64',
      '/src/shop',
    ])
  })

  it.each([
    'PATH',
    'HOME',
    'DOCKER_HOST',
    'BUILDX_BUILDER',
    'HTTPS_PROXY',
    'no_proxy',
    'AWS_PROFILE',
    'LD_PRELOAD',
    'GODEBUG',
    'SSL_CERT_FILE',
    'BASH_ENV',
    'NODE_OPTIONS',
    'COLOUR',
    'not a name',
  ])('lets the argument %s change nothing in Docker’s own environment', async name => {
    const { argv, env } = await command({ args: { [name]: 'value' } })

    expect(argv).toContain(`--build-arg=${name}=value`)
    expect(Object.values(env)).not.toContain('value')
  })

  it('shows no value that Docker has in its environment anyway', async () => {
    const proxy = 'http://user:pass@proxy.example.com'

    const { argv } = await command({ args: { HTTPS_PROXY: proxy } }, { HTTPS_PROXY: proxy })

    expect(argv).toContain('--build-arg=HTTPS_PROXY')
  })

  it('gives secrets by a variable of its own or by file, and knows what to mask', async () => {
    const file = join(folder, 'a,b "c".txt')
    await writeFile(file, 'from-a-file\nshort\n')

    const { argv, env, secretValues } = await command(
      {
        args: { TOKEN: 'another' },
        secrets: [
          { id: 'npm', variable: 'TOKEN' },
          { id: 'key', file },
        ],
      },
      { TOKEN: 'from-a-variable' },
    )

    expect(argv).toContain('--secret=id=npm,env=TAPIT_BUILD_SECRET_0')
    expect(argv).toContain(`--secret=id=key,"src=${file.replaceAll('"', '""')}"`)
    expect(env).toMatchObject({ TOKEN: 'from-a-variable', TAPIT_BUILD_SECRET_0: 'from-a-variable' })
    expect(secretValues).toEqual(['from-a-variable', 'from-a-file'])
  })

  it('refuses secrets that are not there, empty or no files', async () => {
    const wanted: ImageBuild['secrets'] = [
      { id: 'a', variable: 'NOT_SET' },
      { id: 'b', variable: 'EMPTY' },
      { id: 'c', file: join(folder, 'nope') },
      { id: 'd', file: folder },
    ]

    const ended = await Promise.allSettled(
      wanted.map(secret => command({ secrets: [secret] }, { EMPTY: '' })),
    )

    expect(ended.map(each => each.status === 'rejected' && each.reason.message)).toEqual([
      'the build secret a comes from the variable NOT_SET, which is not set or empty.',
      'the build secret b comes from the variable EMPTY, which is not set or empty.',
      `the build secret c cannot be read from ${join(folder, 'nope')}: it is not there.`,
      `the build secret d cannot be read from ${folder}: it is no file.`,
    ])
  })

  it('reads and keeps a cache in the registry as ECR takes it, or in that of GitHub Actions', async () => {
    const ecr = await command({ cache: { kind: 'ecr', reference: 'registry.example.com/shop:buildcache' } })
    const gha = await command({ cache: { kind: 'gha', scope: 'shop,web' } })

    expect(ecr.argv.filter(option => option.startsWith('--cache'))).toEqual([
      '--cache-from=type=registry,ref=registry.example.com/shop:buildcache',
      '--cache-to=type=registry,ref=registry.example.com/shop:buildcache,mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true',
    ])
    expect(gha.argv.filter(option => option.startsWith('--cache'))).toEqual([
      '--cache-from=type=gha,"scope=shop,web"',
      '--cache-to=type=gha,"scope=shop,web",mode=max,ignore-error=true',
    ])
  })

  it('never asks for the host’s network, more rights or an SSH agent', async () => {
    const { argv } = await command({
      labels: { a: '--network=host' },
      args: { B: '--allow' },
      contexts: { c: '/src/c' },
    })

    expect(argv.filter(option => /^--(network|allow|ssh)/.test(option))).toEqual([])
  })
})
