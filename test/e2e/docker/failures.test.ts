import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ImageFailure } from '../../../lib/build/image-failure.ts'
import { dockerEngine, newDockerConfig } from '../support/docker-engine.ts'
import { type Fault, faultyRegistry, type RegistryRequest } from '../support/registry.ts'
import { openWorkbench, shell, type Workbench } from './workbench.ts'

const engine = await dockerEngine()

describe.skipIf(engine === undefined)('what the real engine fails with', () => {
  let bench: Workbench
  beforeAll(async () => {
    if (engine !== undefined) bench = await openWorkbench(engine)
  })
  afterAll(async () => {
    await bench?.close()
    await engine?.close()
  })

  describe('of a Dockerfile', () => {
    it('says the step that failed, its exit code and its last lines', async () => {
      const failure = await failureOf(
        `${shell}COPY nonce /\nRUN echo before\nRUN busybox seq 1 40; echo cannot; exit 7\n`,
      )

      expect(failure).toMatchObject({
        code: 'step_failed',
        step: '[5/5] RUN busybox seq 1 40; echo cannot; exit 7',
        exitCode: 7,
      })
      expect(failure.lines).toHaveLength(30)
      expect(failure.lines.at(-1)).toBe('cannot')
    })

    it.each([
      ['an unknown instruction', 'FROM scratch\nRUNN x\n', 'dockerfile_invalid', 'line 2'],
      ['nothing in it', '', 'dockerfile_invalid', 'empty'],
      [
        'a stage that is not there',
        'FROM scratch\nCOPY --from=nope /a /b\n',
        'base_image_unavailable',
        'nope',
      ],
      ['files that are not there', 'FROM scratch\nCOPY nope.txt /\n', 'step_failed', '/nope.txt is not in'],
      [
        'files outside of the context',
        'FROM scratch\nCOPY ../../etc/passwd /\n',
        'step_failed',
        'etc/passwd',
      ],
      ['an unreachable base', 'FROM nosuch.invalid/node:20\n', 'base_image_unavailable', 'no such host'],
      [
        'an unreachable syntax',
        '# syntax=nosuch.invalid/dockerfile:1\nFROM scratch\n',
        'base_image_unavailable',
        'syntax',
      ],
    ])('with %s', async (_what, dockerfile, code, words) => {
      const failure = await failureOf(dockerfile)

      expect(failure).toMatchObject({ code, message: expect.stringContaining(words) })
    })

    it('that is not there', async () => {
      const context = await bench.context({})

      const { end } = await bench.build({ context })

      expect(end).toMatchObject({ failure: { code: 'dockerfile_missing' } })
    })

    it('without the stage that is asked for', async () => {
      const context = await bench.context({ Dockerfile: shell })

      const { end } = await bench.build({ context, target: 'release' })

      expect(end).toMatchObject({
        failure: { code: 'dockerfile_invalid', message: 'the Dockerfile has no stage release.' },
      })
    })

    it('whose base image the registry does not have', async () => {
      const failure = await failureOf(`FROM ${bench.registry.host}/nosuch:1\n`)

      expect(failure).toMatchObject({
        code: 'base_image_unavailable',
        message: `the base image ${bench.registry.host}/nosuch:1 cannot be had: there is no such image.`,
      })
    })

    it('whose programs are of another architecture', async () => {
      const context = await bench.context({ Dockerfile: `${shell}COPY foreign /bin/sh\nRUN echo hello\n` })
      await writeFile(join(context, 'foreign'), await foreignProgram(), { mode: 0o755 })

      const { end } = await bench.build({ context, platforms: ['linux/arm64'] })

      expect(end).toMatchObject({
        failure: { code: 'no_emulation', message: expect.stringContaining('linux/arm64') },
      })
    })

    it('that fills the disk', async () => {
      const failure = await failureOf(
        `${shell}COPY nonce /\nRUN --mount=type=tmpfs,target=/small,size=65536 busybox dd if=/dev/zero of=/small/file bs=1024 count=128\n`,
      )

      expect(failure).toMatchObject({
        code: 'disk_full',
        advice: expect.stringContaining('docker builder prune'),
      })
    })
  })

  describe('of a registry that answers', () => {
    // BuildKit tries for seven seconds to reach a registry that has trouble.
    it.concurrent.each<[string, Fault, RequestKind, string]>([
      ['401', { status: 401 }, 'any', 'registry_unauthorized'],
      ['403 at an upload', { status: 403, code: 'DENIED' }, 'upload', 'registry_denied'],
      [
        '429',
        { status: 429, code: 'TOOMANYREQUESTS', message: 'Rate exceeded' },
        'any',
        'registry_throttled',
      ],
      ['500', { status: 500 }, 'any', 'registry_unavailable'],
      ['503 at the manifest', { status: 503 }, 'manifest', 'registry_unavailable'],
      ['by cutting the connection', 'cut', 'any', 'registry_unavailable'],
      ['by cutting the connection at the manifest', 'cut', 'manifest', 'registry_unavailable'],
      [
        'that there is no repository',
        {
          status: 404,
          code: 'NAME_UNKNOWN',
          message: "The repository with name 'shop' does not exist in the registry with id '123456789012'",
        },
        'upload',
        'repository_not_found',
      ],
      [
        'that the tag may not be moved',
        {
          status: 400,
          code: 'TAG_INVALID',
          message:
            "The image tag 'v1' already exists in the 'shop' repository and cannot be overwritten because the tag is immutable.",
        },
        'tag',
        'tag_immutable',
      ],
    ])('%s', async (_what, fault, kind, code) => {
      const failure = await pushedTo(fault, kind)

      expect(failure).toMatchObject({ code, lines: [] })
      expect(JSON.stringify(failure)).not.toContain(bench.registry.password)
    })
  })

  it('of a registry that nothing listens for', async () => {
    const context = await bench.context({ Dockerfile: shell })

    const { end } = await bench.build({ context, reference: '127.0.0.1:9/shop:v1' })

    expect(end).toMatchObject({
      failure: { code: 'registry_unavailable', message: expect.stringContaining('connection refused') },
    })
  })

  it('of a registry at which nobody has logged in', async () => {
    const folder = await bench.context({})
    const context = await bench.context({ Dockerfile: shell })

    const { end } = await bench.build({ context, env: { DOCKER_CONFIG: await newDockerConfig(folder) } })

    expect(end).toMatchObject({ failure: { code: 'registry_unauthorized', advice: 'tapit image login' } })
  })

  it('of an engine that does not run', async () => {
    const context = await bench.context({ Dockerfile: shell })
    const env = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' }

    const ended = await Promise.allSettled([bench.build({ context, env }), bench.docker(env).platforms()])

    const refusal = { reason: { code: 'engine_not_running', exitCode: 3 } }
    expect(ended).toMatchObject([refusal, refusal])
  })

  it('of Docker that is not installed', async () => {
    const context = await bench.context({ Dockerfile: shell })

    const build = bench.build({ context, env: { PATH: context } })

    await expect(build).rejects.toMatchObject({ code: 'no_docker', exitCode: 3 })
  })

  it('of a secret that is not there, before anything starts', async () => {
    const context = await bench.context({ Dockerfile: shell })

    const ended = await Promise.allSettled([
      bench.build({ context, secrets: [{ id: 'npm', variable: 'NOT_SET' }] }),
      bench.build({ context, secrets: [{ id: 'npm', file: join(context, 'nope') }] }),
    ])

    const refusal = { reason: { code: 'build_secret_missing' } }
    expect(ended).toMatchObject([refusal, refusal])
  })

  async function failureOf(dockerfile: string): Promise<ImageFailure> {
    const { end } = await bench.build({ context: await bench.context({ Dockerfile: dockerfile }) })
    if (end.is !== 'failed') throw new Error(JSON.stringify(end))
    return end.failure
  }

  async function pushedTo(fault: Fault, kind: RequestKind): Promise<ImageFailure> {
    const registry = await faultyRegistry({
      upstream: bench.registry.host,
      fault: request => (isOf(kind, request) ? fault : undefined),
    })
    try {
      const env = { DOCKER_CONFIG: await newDockerConfig(await bench.context({})) }
      await bench.docker(env).login({ ...bench.registry, registry: registry.host })
      const context = await bench.context({ Dockerfile: shell })
      const { end } = await bench.build({ context, reference: `${registry.host}/shop:v1`, env })
      if (end.is !== 'failed') throw new Error(JSON.stringify(end))
      return end.failure
    } finally {
      await registry.close()
    }
  }
})

type RequestKind = 'any' | 'upload' | 'manifest' | 'tag'

function isOf(kind: RequestKind, { method, path }: RegistryRequest): boolean {
  if (path === '/v2/') return false
  if (kind === 'any') return true
  if (kind === 'upload') return method === 'POST'
  return method === 'PUT' && path.includes('/manifests/') && (kind === 'manifest' || path.endsWith('/v1'))
}

/** An ELF header says at byte 18 for which processor it is: 183 is AArch64. */
async function foreignProgram(): Promise<Buffer> {
  const program = await readFile('/bin/busybox')
  program.writeUInt16LE(183, 18)
  return program
}
