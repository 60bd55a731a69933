import { createHash } from 'node:crypto'
import type { ImageFailure } from '../../build/image-failure.ts'
import type { ImageBuild } from '../../build/ports.ts'
import type { Clock } from '../../names/clock.ts'
import { hostOf, withoutTag } from './failures.ts'
import { plainLine } from './output-lines.ts'
import { refuseBrokenDocker } from './refuse-broken-docker.ts'
import { runDocker } from './run-docker.ts'
import type { Variables } from './variables.ts'
import { withoutCredentials } from './without-credentials.ts'

/** The kernel shares out time in such periods. */
const periodMicroseconds = 100_000

/** What a builder of our own is for. */
export type BuilderLimits = Pick<ImageBuild, 'memory' | 'cpus'>

export type Builders = {
  /** The name of a builder that is a container with these limits, made where it does not exist. It is kept: its cache makes the next build fast. */
  of(
    limits: BuilderLimits,
    options: { readonly reference: string; readonly why: string; readonly signal: AbortSignal },
  ): Promise<{ readonly name: string } | { readonly failure: ImageFailure } | 'stopped'>
}

/** Builders of buildx's driver `docker-container`: what limits memory and processors, and what an engine with its own image store cannot do. */
export function containerBuilders({
  env,
  clock,
}: {
  readonly env: Variables
  readonly clock: Clock
}): Builders {
  /** Two that are made at once would get in each other's way. */
  let line: Promise<unknown> = Promise.resolve()
  const ready = new Set<string>()

  const make = async (
    name: string,
    { memory, cpus }: BuilderLimits,
    { why, signal }: { readonly why: string; readonly signal: AbortSignal },
  ): ReturnType<Builders['of']> => {
    if (signal.aborted) return 'stopped'
    if (ready.has(name)) return { name }
    const run = (...argv: readonly string[]): ReturnType<typeof runDocker> =>
      runDocker({ argv, env, clock, signal })
    const options = driverOptions({ memory, cpus }).map(option => `--driver-opt=${option}`)
    const made = await run('buildx', 'create', `--name=${name}`, '--driver=docker-container', ...options)
    if (signal.aborted) return 'stopped'
    const isThere = made.code === 0 || /existing instance for/.test(made.stderr)
    const started = isThere ? await run('buildx', 'inspect', '--bootstrap', name) : made
    if (signal.aborted) return 'stopped'
    if (started.code !== 0) return { failure: cannotMake(started.stderr, why) }
    ready.add(name)
    return { name }
  }

  return {
    async of(limits, { reference, why, signal }) {
      if (isLoopback(reference)) return { failure: cannotReach(reference, why) }
      const name = builderName(limits, reference)
      const made = line.then(() => make(name, limits, { why, signal }))
      line = made.catch(() => undefined)
      return made
    },
  }
}

/** A limit is one of a container: each repository has its own, or images that are built at once would share it. */
function builderName(limits: BuilderLimits, reference: string): string {
  const options = driverOptions(limits)
  const key = options.length === 0 ? '' : [withoutTag(reference), ...options].join(',')
  return `tapit-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`
}

/** Without swap: a build that needs more than it may have fails instead of crawling. The network stays the engine's own. */
function driverOptions({ memory, cpus }: BuilderLimits): readonly string[] {
  return [
    ...(memory === undefined ? [] : [`memory=${memory}m`, `memory-swap=${memory}m`]),
    ...(cpus === undefined
      ? []
      : [`cpu-period=${periodMicroseconds}`, `cpu-quota=${Math.round(cpus * periodMicroseconds)}`]),
  ]
}

function cannotMake(said: string, why: string): ImageFailure {
  refuseBrokenDocker(said)
  const last = withoutCredentials(plainLine(said.trim().split('\n').at(-1) ?? '')).replace(/^ERROR: /, '')
  return {
    code: 'engine_unfit',
    message: `${why} needs a builder in a container, which cannot be started: ${last}`,
    advice: 'docker pull moby/buildkit:buildx-stable-1 shows whether its image can be had.',
    lines: [],
  }
}

/** What is on this machine's loopback is not on the container's, and a builder on the host's network would let every step of a build there too. */
function isLoopback(reference: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(hostOf(reference))
}

function cannotReach(reference: string, why: string): ImageFailure {
  return {
    code: 'engine_unfit',
    message: `${why} needs a builder in a container, and from there ${hostOf(reference)} is not this machine.`,
    advice:
      'Push to a registry with an address of its own, or build without it: take build.memory and build.cpus out of tapit.yml.',
    lines: [],
  }
}
