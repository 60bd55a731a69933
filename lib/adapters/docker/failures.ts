import type { ImageFailure } from '../../build/image-failure.ts'
import type { Failed } from './failure-of.ts'

/** What is looked at: cleaned of credentials, with Docker's own error picked out. */
export type Facts = Failed & { readonly error: string }

type Found = Omit<ImageFailure, 'lines'>
type Recognise = (facts: Facts) => Found | undefined

/** The first that knows a failure has it: what lies deeper comes before what follows from it. */
export const recognitions: readonly Recognise[] = [
  diskFull,
  engineGone,
  engineUnfit,
  noEmulation,
  outOfMemory,
  stepFailed,
  dockerfileMissing,
  dockerfileInvalid,
  filesMissing,
  baseImage,
  imageMissing,
  tagImmutable,
  throttled,
  unauthorized,
  repositoryMissing,
  denied,
  unavailable,
]

function diskFull({ error, step, said }: Facts): Found | undefined {
  const seen = [error, step?.error ?? '', ...(step?.lines ?? [])].some(text =>
    /no space left on device|\bENOSPC\b|disk quota exceeded/i.test(text),
  )
  if (!seen && !/no space left on device/i.test(said)) return undefined
  return {
    code: 'disk_full',
    message: `the disk that Docker builds on is full${step === undefined ? '' : ` (at ${step.step})`}.`,
    advice: 'docker system df shows what takes the space; docker builder prune frees the build cache.',
    ...(step !== undefined && { step: step.step }),
  }
}

/** What looks like the end of the engine itself, while it was building. */
function engineGone({ error, memory }: Facts): Found | undefined {
  if (
    !/error reading from server: EOF|closing transport|transport is closing|graceful_stop|only one connection allowed|buildkitd? .*(?:not running|exited)|Cannot connect to the Docker daemon|error during connect|failed to connect to the docker API/i.test(
      error,
    )
  )
    return undefined
  return {
    code: 'engine_not_running',
    message: `the Docker engine went away during the build: ${error}`,
    advice:
      memory === undefined
        ? 'docker info'
        : `It may have needed more than the ${memory} MiB of build.memory: raise it, or build again.`,
  }
}

/** What a driver of buildx cannot do, or the BuildKit behind it. */
export function isUnfit(text: string): boolean {
  return /(?:cache export|multi-platform build|multiple platforms|attestations?|exporter|OCI exporter|push-by-digest)\b.* (?:is|are) (?:currently )?not (?:supported|implemented) (?:for|by|on) /i.test(
    text,
  )
}

function engineUnfit({ error }: Facts): Found | undefined {
  if (!isUnfit(error)) return undefined
  return {
    code: 'engine_unfit',
    message: `this Docker engine cannot build that: ${error.split('\n', 1)[0] ?? error}`,
    advice:
      'Turn on the containerd image store (https://docs.docker.com/go/containerd/), or make a builder that can: docker buildx create --use --driver docker-container',
  }
}

function noEmulation({ error, step, platforms = [] }: Facts): Found | undefined {
  const seen = [error, step?.error ?? '', ...(step?.lines ?? [])].some(text =>
    /exec format error/i.test(text),
  )
  if (!seen) return undefined
  const wanted = platformOf(step?.step) ?? (platforms.length > 0 ? platforms.join(', ') : undefined)
  return {
    code: 'no_emulation',
    message: `this machine cannot run the programs of ${wanted ?? 'another processor'}, and a step of the Dockerfile needs them${step === undefined ? '' : `: ${step.step}`}.`,
    advice:
      'Install emulation once: docker run --privileged --rm tonistiigi/binfmt --install all. Faster: build on a machine of that architecture, or compile in a stage with FROM --platform=$BUILDPLATFORM.',
    ...(step !== undefined && { step: step.step }),
  }
}

/** `[linux/arm64 build 3/7] RUN …` */
function platformOf(step: string | undefined): string | undefined {
  return /^\[(?<platform>[a-z]+\/[a-z0-9]+(?:\/v\d)?) /.exec(step ?? '')?.groups?.['platform']
}

function outOfMemory({ error, step, memory }: Facts): Found | undefined {
  const text = `${error}\n${step?.error ?? ''}`
  if (!/exit code: 137\b|cannot allocate memory|signal: killed/i.test(text)) return undefined
  const where = step === undefined ? 'the build' : `the step ${step.step}`
  return {
    code: 'out_of_memory',
    message:
      memory === undefined
        ? `${where} was killed, which mostly means that the machine's memory was used up.`
        : `${where} was killed: it needs more than the ${memory} MiB of build.memory.`,
    advice:
      memory === undefined
        ? 'Give the Docker engine more memory, or let fewer images build at once.'
        : 'Raise build.memory in tapit.yml, or take it out.',
    ...(step !== undefined && { step: step.step }),
    ...(/exit code: 137\b/.test(text) && { exitCode: 137 }),
  }
}

function stepFailed({ error, step }: Facts): Found | undefined {
  const exit = /did not complete successfully: exit code: (?<code>\d+)/.exec(`${error}\n${step?.error ?? ''}`)
  if (exit === null || step === undefined) return undefined
  const exitCode = Number(exit.groups?.['code'])
  return {
    code: 'step_failed',
    message: `${step.step} ended with exit code ${exitCode}.`,
    step: step.step,
    exitCode,
  }
}

function dockerfileMissing({ error }: Facts): Found | undefined {
  if (!/failed to read dockerfile: .*(?:no such file|not found)|resolve : lstat .*no such file/i.test(error))
    return undefined
  const file = /(?:open|lstat) (?<file>[^:]+):/.exec(error)?.groups?.['file']
  return {
    code: 'dockerfile_missing',
    message: `there is no Dockerfile${file === undefined ? '' : ` ${file}`}.`,
    advice: 'tapit create dockerfile writes one; dockerfile=… names another place.',
  }
}

const invalid =
  /dockerfile parse error|file with no instructions|Dockerfile cannot be empty|target stage ".*" could not be found|failed to parse (?:stage name|platform)|unknown instruction|base name \(.*\) should not be blank|circular dependency detected|no build stage in current context|invalid reference format|failed to parse|Dockerfile\.dockerignore.*(?:illegal|syntax)|error from .*frontend: .*(?:unsupported|unknown)/i

function dockerfileInvalid({ error, said }: Facts): Found | undefined {
  const found = invalid.exec(error)
  if (found === null) return undefined
  const stage = /target stage "(?<stage>.*)" could not be found/.exec(error)?.groups?.['stage']
  if (stage !== undefined)
    return {
      code: 'dockerfile_invalid',
      message: `the Dockerfile has no stage ${stage}.`,
      advice: 'Change build.target in tapit.yml, or name a stage of it: FROM … AS <stage>.',
    }
  const place = /\bline (?<line>\d+)/.test(error)
    ? undefined
    : /^(?<file>[^\s:]+):(?<line>\d+)$/m.exec(said)?.groups
  const where = place === undefined ? '' : ` (${place['file']}, line ${place['line']})`
  return {
    code: 'dockerfile_invalid',
    message: `the Dockerfile cannot be read${where}: ${error.split('\n', 1)[0] ?? error}`,
  }
}

/** `COPY` of what is not in the context. */
function filesMissing({ error, step }: Facts): Found | undefined {
  if (!/failed to (?:compute cache key|calculate checksum)\b.*(?:not found|no such file)/s.test(error))
    return undefined
  const file = /"(?<file>[^"]+)": not found/.exec(error)?.groups?.['file']
  const where = step === undefined ? '' : `: ${step.step}`
  return {
    code: 'step_failed',
    message: `${file ?? 'what is copied'} is not in the build's context${where}`,
    advice: 'Look whether it is there, in the folder that is built, and whether .dockerignore leaves it out.',
    ...(step !== undefined && { step: step.step }),
  }
}

/** Whatever goes wrong with an image that the Dockerfile begins from. */
function baseImage(facts: Facts): Found | undefined {
  const image = baseOf(facts)
  if (image === undefined) return undefined
  const reason = reasonOf(facts.error)
  const isFrontend = /\/dockerfile(-upstream)?[:@]/.test(image)
  const what = isFrontend ? `the Dockerfile's own syntax (${image})` : `the base image ${image}`
  if (isThrottled(facts.error))
    return {
      code: 'registry_throttled',
      message: `${what} cannot be had: its registry lets nobody pull so often.`,
      advice: 'Wait and try again, or log in to that registry: docker login',
    }
  return {
    code: 'base_image_unavailable',
    message: `${what} cannot be had: ${reason.why}`,
    advice: reason.advice(image),
  }
}

function baseOf({ error, step }: Facts): string | undefined {
  const named =
    /load metadata for (?<image>\S+)/.exec(step?.step ?? '') ??
    /resolve image config for (?:docker-image:\/\/)?(?<image>\S+)/.exec(step?.step ?? '') ??
    /failed to resolve source metadata for (?<image>\S+?):? /.exec(error) ??
    /^\[[^\]]*\] FROM (?<image>\S+)/.exec(step?.step ?? '') ??
    /^\[context [^\]]+\] (?<image>\S+)/.exec(step?.step ?? '')
  return named?.groups?.['image']
}

function reasonOf(error: string): { readonly why: string; readonly advice: (image: string) => string } {
  if (
    /no match for platform|no matching manifest|does not (?:match|provide) the specified platform/i.test(
      error,
    )
  )
    return {
      why: 'it does not exist for the platform that is built.',
      advice: () => 'Take a base image of that platform, or change runtimePlatform in tapit.yml.',
    }
  if (
    /authorization failed|access denied|401 Unauthorized|403 Forbidden|insufficient_scope|no basic auth/i.test(
      error,
    )
  )
    return {
      why: 'it does not exist, or one must be logged in to pull it.',
      advice: image => `docker login ${registryOf(image)}`,
    }
  if (/not found/i.test(error))
    return {
      why: 'there is no such image.',
      advice: () => 'Look at its name and tag in the FROM of the Dockerfile.',
    }
  return {
    why: connectionProblem(error) ?? error,
    advice: image => `Look whether this machine reaches ${registryOf(image)}: docker pull ${image}`,
  }
}

function registryOf(image: string): string {
  const first = image.split('/', 1)[0] ?? image
  return /[.:]/.test(first) && image.includes('/') ? first : 'docker.io'
}

/** Of a copy: the source. */
function imageMissing({ error, source }: Facts): Found | undefined {
  if (source === undefined || !error.includes(withoutTag(source)) || !/: not found$/m.test(error))
    return undefined
  return { code: 'image_not_found', message: `there is no image ${source}.`, advice: 'tapit list images' }
}

/** BuildKit does not show what ECR says with the status: `TAG_INVALID`. */
function tagImmutable({ error, reference }: Facts): Found | undefined {
  const isSaid = /\bimmutable\b/i.test(error) && /\btag\b/i.test(error)
  const isRefused = /status from PUT request to \S+\/manifests\/(?!sha256:)\S+: 400 Bad Request/.test(error)
  if (!isSaid && !isRefused) return undefined
  return {
    code: 'tag_immutable',
    message: isSaid
      ? `${reference} exists already, and tags of this repository may not be moved.`
      : `the registry refused the tag of ${reference} (400), as it does where the tag exists and may not be moved.`,
    advice: 'Build with another tag: docker_tag=…',
  }
}

function repositoryMissing({ error, reference }: Facts): Found | undefined {
  const isMissing =
    /name unknown|NAME_UNKNOWN|RepositoryNotFound|repository .*(?:does not exist|not found)/i.test(error) ||
    /unexpected status.*\/blobs\/uploads\/.*: 404 Not Found/.test(error) ||
    /failed to push .*: (?:unexpected status.*: )?404 Not Found/.test(error)
  if (!isMissing) return undefined
  return {
    code: 'repository_not_found',
    message: `there is no repository ${withoutTag(reference)}.`,
    advice: 'cdk deploy makes it; tapit doctor scope=infra shows what else is missing.',
  }
}

function throttled(facts: Facts): Found | undefined {
  if (!isThrottled(facts.error)) return undefined
  return {
    code: 'registry_throttled',
    message: `the registry ${registryAsked(facts)} takes no more requests right now (429).`,
    advice: 'Wait a little and try again: what is done is not done twice.',
  }
}

/** Of a copy it may be either one; errors mostly name what was asked for. */
function registryAsked({ error, reference }: Facts): string {
  return /https?:\/\/(?<host>[^/\s"]+)\/v2\//.exec(error)?.groups?.['host'] ?? hostOf(reference)
}

function isThrottled(error: string): boolean {
  return /\b429 Too Many Requests|toomanyrequests|rate exceeded|pull rate limit/i.test(error)
}

function unauthorized(facts: Facts): Found | undefined {
  const { error } = facts
  const isExpired = /authorization token has expired/i.test(error)
  // ECR answers 400 to credentials that are none of its own, and a HEAD says no more than that.
  const isUnknown = /unexpected status from HEAD request to \S+: 400 Bad Request/.test(error)
  if (
    !isExpired &&
    !isUnknown &&
    !/\b401 Unauthorized|no basic auth credentials|authentication required|failed to authorize|authorization failed|UNAUTHORIZED|credentials not found|error getting credentials/.test(
      error,
    )
  )
    return undefined
  return {
    code: 'registry_unauthorized',
    message: isExpired
      ? `the login at ${registryAsked(facts)} has expired: it holds for twelve hours.`
      : `the registry ${registryAsked(facts)} does not know who we are${/error getting credentials/.test(error) ? `: ${error}` : '.'}`,
    advice: 'tapit image login',
  }
}

function denied(facts: Facts): Found | undefined {
  const { error, reference } = facts
  if (!/\b403 Forbidden|\bdenied\b|not authorized to perform/i.test(error)) return undefined
  const action = /not authorized to perform: (?<action>[\w:]+)/.exec(error)?.groups?.['action']
  return {
    code: 'registry_denied',
    message:
      action === undefined
        ? `the registry ${registryAsked(facts)} refused us (403), for ${withoutTag(reference)}.`
        : `the permission ${action} is missing, for ${withoutTag(reference)}.`,
    advice:
      'If the login is older than twelve hours: tapit image login. Otherwise ask for the permissions of the deploy role.',
  }
}

function unavailable(facts: Facts): Found | undefined {
  const { error } = facts
  const status =
    /\b(?<status>5\d\d) (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Timeout)/i.exec(
      error,
    )
  const why = status === null ? connectionProblem(error) : `it answered ${status.groups?.['status']}.`
  if (why === undefined) return undefined
  return {
    code: 'registry_unavailable',
    message: `the registry ${registryAsked(facts)} cannot be used right now: ${why}`,
    advice: 'Try again: what is done is not done twice.',
  }
}

function connectionProblem(error: string): string | undefined {
  if (/connection refused/i.test(error)) return 'nothing listens there (connection refused).'
  if (/no such host|server misbehaving|temporary failure in name resolution/i.test(error))
    return 'there is no such host.'
  if (
    /connection reset|broken pipe|\bEOF\b|server closed idle connection|use of closed network connection|connection lost/i.test(
      error,
    )
  )
    return 'the connection was cut.'
  if (
    /i\/o timeout|TLS handshake timeout|context deadline exceeded|Client\.Timeout|no route to host|network is unreachable/i.test(
      error,
    )
  )
    return 'it does not answer.'
  if (/x509:|certificate|server gave HTTP response to HTTPS client/i.test(error))
    return `its certificate is not trusted (${error.split(': ').slice(-2).join(': ')}).`
  return undefined
}

/** `123456789012.dkr.ecr.eu-west-1.amazonaws.com` */
export function hostOf(reference: string): string {
  return reference.split('/', 1)[0] ?? reference
}

export function withoutTag(reference: string): string {
  return reference.replace(/@.*$/, '').replace(/:[^:/]*$/, '')
}
