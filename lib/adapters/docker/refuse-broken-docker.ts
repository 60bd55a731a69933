import { Refusal } from '../../names/refusal.ts'
import { plainLine } from './output-lines.ts'
import { withoutCredentials } from './without-credentials.ts'

/** Earlier ones do not know `--progress=rawjson`. */
const oldestBuildx = '0.13'

/** Throws where what Docker's client said means that nothing can be built, whatever it is. */
export function refuseBrokenDocker(said: string): void {
  const text = withoutCredentials(said.split('\n').map(plainLine).join('\n'))
  const found = brokenDocker(text)
  if (found !== undefined) throw found
}

function brokenDocker(said: string): Refusal | undefined {
  if (isWithoutBuildx(said))
    return new Refusal({
      code: 'no_buildx',
      message: 'this Docker has no buildx.',
      advice: `Install buildx ${oldestBuildx} or later (https://docs.docker.com/go/buildx/): docker buildx version`,
    })
  if (/invalid progress mode/.test(said))
    return new Refusal({
      code: 'no_buildx',
      message: 'this buildx is too old.',
      advice: `Install buildx ${oldestBuildx} or later (https://docs.docker.com/go/buildx/): docker buildx version`,
    })
  if (/permission denied .*(?:docker daemon|docker API|docker\.sock|\.sock)/i.test(said))
    return new Refusal({
      code: 'engine_not_running',
      message: `this user may not talk to the Docker engine: ${lastLine(said)}`,
      advice: 'Let somebody add you to the group docker, log in again, and try: docker info',
    })
  if (isWithoutEngine(said))
    return new Refusal({
      code: 'engine_not_running',
      message: `the Docker engine does not answer: ${lastLine(said)}`,
      advice: 'Start Docker (Docker Desktop, or: sudo systemctl start docker), and try: docker info',
    })
  const context = /context "(?<name>[^"]+)".*(?:not found|does not exist)/.exec(said)?.groups?.['name']
  if (context !== undefined)
    return new Refusal({
      code: 'engine_not_running',
      message: `Docker is told to use the context ${context}, which does not exist.`,
      advice: 'docker context ls',
    })
  const builder = /no builder "(?<name>[^"]+)" found/.exec(said)?.groups?.['name']
  if (builder !== undefined)
    return new Refusal({
      code: 'engine_unfit',
      message: `Docker is told to use the builder ${builder}, which does not exist.`,
      advice: 'docker buildx ls',
    })
  return undefined
}

/** Without the plugin, Docker takes `buildx` for nothing, or stumbles over the first option that follows. */
function isWithoutBuildx(said: string): boolean {
  return (
    /'buildx' is not a docker command|unknown command: (?:docker )?"?buildx/.test(said) ||
    (/^(?:unknown flag|unknown shorthand flag): /m.test(said) && /^See 'docker --help'/m.test(said)) ||
    (/^unknown flag: /m.test(said) && /^Usage: {1,2}docker \[OPTIONS\]/m.test(said))
  )
}

function isWithoutEngine(said: string): boolean {
  return /Cannot connect to the Docker daemon|Is the docker daemon running|error during connect|failed to connect to the docker API|docker daemon is not running|dial unix \S+: connect: (?:no such file|connection refused)/i.test(
    said,
  )
}

function lastLine(said: string): string {
  const line = said.split('\n').findLast(each => each.trim() !== '') ?? ''
  return line.replace(/^ERROR: /, '')
}
