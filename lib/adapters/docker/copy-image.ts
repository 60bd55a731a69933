import { createHash } from 'node:crypto'
import type { ImageFailure } from '../../build/image-failure.ts'
import type { Docker } from '../../build/ports.ts'
import type { Clock } from '../../names/clock.ts'
import { failureOf } from './failure-of.ts'
import { withoutTag } from './failures.ts'
import { refuseBrokenDocker } from './refuse-broken-docker.ts'
import { type DockerEnd, runDocker } from './run-docker.ts'
import type { Variables } from './variables.ts'

type Copied = Awaited<ReturnType<Docker['copy']>>

/** Registry to registry with `imagetools`, which needs no engine. The source is pinned by digest before, and the copy is looked at afterwards. */
export async function copyImage(
  { from, to }: { readonly from: string; readonly to: string },
  { env, clock, signal }: { readonly env: Variables; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Copied> {
  const run = (...argv: readonly string[]): Promise<DockerEnd> =>
    runDocker({ argv: ['buildx', 'imagetools', ...argv], env, clock, signal })
  const failed = ({ stderr }: DockerEnd, reference: string): Copied => {
    signal.throwIfAborted()
    refuseBrokenDocker(stderr)
    return { is: 'failed', failure: failureOf({ said: stderr, reference, source: from }) }
  }

  const read = await run('inspect', '--raw', from)
  if (read.code !== 0) return failed(read, from)
  const digest = digestOf(read.stdout)
  const source = `${withoutTag(from)}@${digest}`

  let made = await run('create', '--prefer-index=false', `--tag=${to}`, source)
  if (/unknown flag: --prefer-index/.test(made.stderr)) {
    // buildx before 0.15 copies an index as it is, and wraps everything else into a new one.
    if (!isIndex(read.stdout)) return { is: 'failed', failure: tooOld(from) }
    made = await run('create', `--tag=${to}`, source)
  }
  if (made.code !== 0) return failed(made, to)

  const copy = await run('inspect', '--raw', to)
  if (copy.code !== 0) return failed(copy, to)
  return digestOf(copy.stdout) === digest
    ? { is: 'copied', digest }
    : { is: 'failed', failure: differs({ from, to, digest, found: digestOf(copy.stdout) }) }
}

function digestOf(manifest: Buffer): string {
  return `sha256:${createHash('sha256').update(manifest).digest('hex')}`
}

function isIndex(manifest: Buffer): boolean {
  try {
    const found: unknown = JSON.parse(manifest.toString('utf8'))
    return typeof found === 'object' && found !== null && 'manifests' in found
  } catch {
    return false
  }
}

function tooOld(from: string): ImageFailure {
  return {
    code: 'engine_unfit',
    message: `${from} is an image of a single platform without an index, which this buildx cannot copy as it is.`,
    advice: 'Install buildx 0.15 or later: docker buildx version',
    lines: [],
  }
}

function differs(copy: {
  readonly from: string
  readonly to: string
  readonly digest: string
  readonly found: string
}): ImageFailure {
  return {
    code: 'digest_differs',
    message: `${copy.to} is ${copy.found} after the copy, and ${copy.from} is ${copy.digest}.`,
    advice: 'Somebody else may have pushed that tag at the same moment. Copy again.',
    lines: [],
  }
}
