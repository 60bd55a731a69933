import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImageFailure } from '../../build/image-failure.ts'
import type { BuildEnd, BuildNews, ImageBuild } from '../../build/ports.ts'
import type { Clock } from '../../names/clock.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { buildCommand } from './build-command.ts'
import { type BuildWatcher, type StepOutput, watchBuild } from './build-watcher.ts'
import type { Builders } from './container-builder.ts'
import { failureOf } from './failure-of.ts'
import { isUnfit } from './failures.ts'
import { masking } from './masking.ts'
import { maskedLine } from './output-lines.ts'
import { readRawProgress } from './raw-progress.ts'
import { refuseBrokenDocker } from './refuse-broken-docker.ts'
import { runDocker } from './run-docker.ts'
import type { Variables } from './variables.ts'
import { withoutCredentials } from './without-credentials.ts'

/** Of the text that Docker's client writes besides the progress: its error, with the place in the Dockerfile. */
const mostText = 200

export type BuildOptions = {
  readonly env: Variables
  readonly clock: Clock
  readonly builders: Builders
  readonly signal: AbortSignal
  readonly tell: (news: BuildNews) => void
}

/** Builds and pushes one image: one run of `docker buildx build`, a second one where the current builder cannot do what is asked. */
export async function buildImage(wanted: ImageBuild, options: BuildOptions): Promise<BuildEnd> {
  const { clock, signal } = options
  if (signal.aborted) return { is: 'stopped' }
  const { TMPDIR } = options.env
  const folder = await temporaryFolder('tapit-build-', { ...(TMPDIR && { within: TMPDIR }) })
  const over = new AbortController()
  const late = new AbortController()
  void clock.sleep(wanted.timeoutMs, over.signal).then(() => {
    if (!over.signal.aborted) late.abort()
  })
  try {
    const end = await within(wanted, folder.path, {
      ...options,
      signal: AbortSignal.any([signal, late.signal]),
    })
    if (end.is !== 'interrupted') return end
    return signal.aborted ? { is: 'stopped' } : { is: 'failed', failure: timedOut(wanted, end.at) }
  } finally {
    over.abort()
    await folder.remove()
  }
}

/** Ended by a signal, while this step was under way. */
type Interrupted = { readonly is: 'interrupted'; readonly at?: StepOutput }

async function within(
  wanted: ImageBuild,
  folder: string,
  options: BuildOptions,
): Promise<BuildEnd | Interrupted> {
  if (wanted.memory !== undefined || wanted.cpus !== undefined)
    return inContainer(wanted, folder, options, 'a limit of memory or processors')
  const attempt = await run(wanted, { ...options, folder })
  if (attempt.is !== 'unfit') return attempt
  return inContainer(
    wanted,
    folder,
    options,
    attempt.failure.message.replace(/^.*?: /, '').replace(/\.$/, ''),
  )
}

async function inContainer(
  wanted: ImageBuild,
  folder: string,
  options: BuildOptions,
  why: string,
): Promise<BuildEnd | Interrupted> {
  const { memory, cpus, reference } = wanted
  const builder = await options.builders.of({ memory, cpus }, { reference, why, signal: options.signal })
  if (builder === 'stopped') return { is: 'interrupted' }
  if ('failure' in builder) return { is: 'failed', failure: builder.failure }
  const end = await run(wanted, { ...options, folder, builder: builder.name })
  return end.is === 'unfit' ? { is: 'failed', failure: end.failure } : end
}

type Attempt = BuildEnd | Interrupted | { readonly is: 'unfit'; readonly failure: ImageFailure }

async function run(
  wanted: ImageBuild,
  options: BuildOptions & { readonly folder: string; readonly builder?: string },
): Promise<Attempt> {
  const { env, clock, signal, tell, folder, builder } = options
  const metadataFile = join(folder, 'metadata.json')
  const command = await buildCommand(wanted, { env, metadataFile, ...(builder !== undefined && { builder }) })
  const hide = masking(command.secretValues)
  const mask = (shown: string): string => withoutCredentials(hide(shown))
  const watcher = watchBuild({ now: () => clock.now(), tell, mask })
  const text: string[] = []
  const reader = readRawProgress({
    progress: progress => watcher.see(progress),
    text: line => void (text.push(maskedLine(line, mask)) > mostText && text.shift()),
  })
  // Once it is stopping, BuildKit says of each step that it is over.
  let at: StepOutput | undefined
  signal.addEventListener('abort', () => (at = watcher.underWay()), { once: true })
  const { code } = await runDocker({
    argv: command.argv,
    env: command.env,
    clock,
    signal,
    hear: chunk => reader.write(chunk),
  })
  reader.end()
  watcher.end()
  if (code === 0) return built(metadataFile, watcher)
  if (signal.aborted) return { is: 'interrupted', at }
  return failed(wanted, text.join('\n'), watcher)
}

/** What came to its end is built, even when somebody wanted to stop it in the last moment. */
async function built(metadataFile: string, watcher: BuildWatcher): Promise<BuildEnd> {
  const digest = await pushedDigest(metadataFile)
  if (digest !== undefined) return { is: 'built', digest, ...watcher.counts() }
  return {
    is: 'failed',
    failure: { code: 'build_failed', message: 'Docker did not say which image it has pushed.', lines: [] },
  }
}

async function pushedDigest(metadataFile: string): Promise<string | undefined> {
  try {
    const metadata: unknown = JSON.parse(await readFile(metadataFile, 'utf8'))
    const { 'containerimage.digest': digest } = metadata as { readonly 'containerimage.digest'?: unknown }
    return typeof digest === 'string' && /^sha256:[0-9a-f]{64}$/.test(digest) ? digest : undefined
  } catch {
    return undefined
  }
}

function failed(wanted: ImageBuild, said: string, watcher: BuildWatcher): Attempt {
  if (!watcher.hasBegun()) refuseBrokenDocker(said)
  const step = watcher.failed()
  const { reference, platforms, memory } = wanted
  const failure = failureOf({
    said,
    reference,
    platforms,
    ...(step !== undefined && { step }),
    ...(memory !== undefined && { memory }),
  })
  // With containerd's image store, buildx before 0.22 has Docker push once more what BuildKit has pushed, and Docker before 28.2 does so by the
  // tag of the whole for each of its manifests: https://github.com/docker/buildx/pull/3023, https://github.com/moby/moby/pull/49949
  const pushed = watcher.pushed()
  const isOnceMore = step !== undefined && /^pushing \S+ with docker$/.test(step.step)
  if (failure.code === 'tag_immutable' && isOnceMore && pushed !== undefined)
    return { is: 'built', digest: pushed, ...watcher.counts() }
  return isUnfit(said) ? { is: 'unfit', failure } : { is: 'failed', failure }
}

function timedOut({ timeoutMs }: ImageBuild, at: StepOutput | undefined): ImageFailure {
  const time = timeoutMs % 60_000 === 0 ? `${timeoutMs / 60_000} min` : `${timeoutMs / 1000} s`
  return {
    code: 'timed_out',
    message: `the build was stopped: it took longer than ${time}${at === undefined ? '' : `, and was at ${at.step}`}.`,
    advice: 'Raise build.timeout in tapit.yml, or look at what it waited for.',
    ...(at !== undefined && { step: at.step }),
    lines: at?.lines ?? [],
  }
}
