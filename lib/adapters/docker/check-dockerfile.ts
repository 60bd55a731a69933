import { Refusal } from '../../names/refusal.ts'
import type { Clock } from '../../names/clock.ts'
import { failureOf } from './failure-of.ts'
import { plainLine } from './output-lines.ts'
import { refuseBrokenDocker } from './refuse-broken-docker.ts'
import { type DockerEnd, runDocker } from './run-docker.ts'
import type { Variables } from './variables.ts'

type Wanted = { readonly context: string; readonly dockerfile: string }
type Run = { readonly env: Variables; readonly clock: Clock }

/** BuildKit's own checks, where buildx (0.15) and the engine know them; else only whether it can be read. */
export async function checkDockerfile(wanted: Wanted, run: Run): Promise<readonly string[]> {
  const checked = await call('--call=check,format=json', wanted, run)
  const found = findingsIn(checked.stdout)
  if (found !== undefined) return found
  if (!isUnknown(checked.stderr)) return errorsIn(checked)
  const listed = await call('--call=targets,format=json', wanted, run)
  if (!/unknown flag: --call/.test(listed.stderr)) return errorsIn(listed)
  const printed = await call('--print=targets,format=json', wanted, {
    ...run,
    env: { ...run.env, BUILDX_EXPERIMENTAL: '1' },
  })
  return errorsIn(printed)
}

function call(option: string, { context, dockerfile }: Wanted, run: Run): Promise<DockerEnd> {
  return runDocker({ argv: ['buildx', 'build', option, `--file=${dockerfile}`, context], ...run })
}

/** By buildx, or by the engine's frontend. */
function isUnknown(stderr: string): boolean {
  return /unknown flag: --call|unsupported request frontend|invalid call|unknown call/i.test(stderr)
}

/** What the frontend answers a check with; its lines are BuildKit's. */
type Lint = {
  readonly warnings?: readonly {
    readonly ruleName?: string
    readonly detail?: string
    readonly description?: string
    readonly location?: Location
  }[]
  readonly buildError?: { readonly message?: string; readonly location?: Location }
}
type Location = { readonly ranges?: readonly { readonly start?: { readonly line?: number } }[] }

function findingsIn(stdout: Buffer): readonly string[] | undefined {
  const found = lintIn(stdout)
  if (found === undefined) return undefined
  const warnings = (found.warnings ?? []).map(
    ({ ruleName, detail, description, location }) =>
      `${placeOf(location)}${[ruleName, detail ?? description].filter(Boolean).join(': ')}`,
  )
  const error = found.buildError?.message
  const isError = error !== undefined && error !== '' && !isAboutBase(error)
  return [...(isError ? [`${placeOf(found.buildError?.location)}${error}`] : []), ...warnings].map(plainLine)
}

function lintIn(stdout: Buffer): Lint | undefined {
  try {
    const found: unknown = JSON.parse(stdout.toString('utf8'))
    return typeof found === 'object' && found !== null && ('warnings' in found || 'buildError' in found)
      ? (found as Lint)
      : undefined
  } catch {
    return undefined
  }
}

function placeOf(location: Location | undefined): string {
  const line = location?.ranges?.[0]?.start?.line
  return line === undefined ? '' : `line ${line}: `
}

/** Whether a base image can be had is no question of the Dockerfile. */
function isAboutBase(error: string): boolean {
  return /failed to resolve source metadata|failed to do request|pull access denied/.test(error)
}

function errorsIn({ code, stderr }: DockerEnd): readonly string[] {
  if (code === 0 || isAboutBase(stderr)) return []
  refuseBrokenDocker(stderr)
  const failure = failureOf({ said: stderr, reference: '' })
  if (failure.code === 'dockerfile_invalid' || failure.code === 'step_failed') return [failure.message]
  throw new Refusal({
    code: failure.code,
    message: failure.message,
    ...(failure.advice !== undefined && { advice: failure.advice }),
  })
}
