import type { TroubleKind } from '../../actions/trouble.ts'
import { actionOf, type Thrown, type TroubleContext } from './trouble-of.ts'

export type Found = {
  readonly kind: TroubleKind
  readonly code: string
  readonly message: string
  readonly advice?: string
}

type Recognise = (thrown: Thrown, context: TroubleContext) => Found | undefined

/** From the most particular to the most general: the first one that knows the error names it. */
export const recognitions: readonly Recognise[] = [
  noRegion,
  expired,
  noProfile,
  noCredentials,
  wrongCredentials,
  notImplemented,
  denied,
  throttled,
  unreachable,
  untrusted,
  failing,
  unreadable,
  notActive,
  missing,
]

function noRegion({ message }: Thrown, { env }: TroubleContext): Found | undefined {
  if (message !== 'Region is missing') return undefined
  const profile = env['AWS_PROFILE']
  return {
    kind: 'refused',
    code: 'no_region',
    message: profile
      ? `no AWS region is set, and the profile "${profile}" names none`
      : 'no AWS region is set',
    advice: 'export AWS_REGION=eu-west-1   (or "region: eu-west-1" in tapit.yml)',
  }
}

const expiredNames = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'ExpiredTokenError',
  'TokenRefreshRequired',
])

function expired({ name, message }: Thrown, { env }: TroubleContext): Found | undefined {
  const isProviders = isOfProviders(name) && /expired|sso session|aws login|re-?authenticate/i.test(message)
  const isSso = name === 'UnauthorizedException' && /session token not found or invalid/i.test(message)
  if (!expiredNames.has(name) && !isProviders && !isSso) return undefined
  const profile = env['AWS_PROFILE']
  const login = /using aws login/.test(message) ? 'aws login' : 'aws sso login'
  const isSession = isProviders || isSso
  return {
    kind: 'expired',
    code: 'credentials_expired',
    message: `${isNeverMade(message) ? 'not logged in to AWS' : 'the AWS credentials have expired'}${profileWords(profile, isSession && login === 'aws sso login' ? 'SSO' : undefined)}`,
    advice:
      isSession || profile !== undefined
        ? `${login}${profile === undefined ? '' : ` --profile ${profile}`}`
        : 'get new credentials, as the ones in AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN have run out',
  }
}

/** What the SDK says of a session that it finds no token of. */
function isNeverMade(message: string): boolean {
  return /session .*(is invalid|was not found)/i.test(message) && !/expired/i.test(message)
}

function profileWords(profile: string | undefined, kind: string | undefined): string {
  const words = [
    ...(profile === undefined ? [] : [`profile ${profile}`]),
    ...(kind === undefined ? [] : [kind]),
  ]
  return words.length === 0 ? '' : ` (${words.join(', ')})`
}

/** The credential and token providers' own errors: nothing was sent. */
function isOfProviders(name: string): boolean {
  return name === 'CredentialsProviderError' || name === 'TokenProviderError' || name === 'ProviderError'
}

/** The SDK says the same of a profile that is not there and of one without credentials, once it has asked everywhere else. */
function noProfile({ name, message }: Thrown, { env }: TroubleContext): Found | undefined {
  const isSaid =
    /from any providers|could not be found in shared credentials file|was not found\.|using profile: \[/i.test(
      message,
    )
  const profile = env['AWS_PROFILE']
  if (!isOfProviders(name) || !isSaid || !profile) return undefined
  return {
    kind: 'denied',
    code: 'no_credentials',
    message: `there is no AWS profile "${profile}" in ~/.aws/config and ~/.aws/credentials, or it has no credentials`,
    advice: 'aws configure list-profiles',
  }
}

function noCredentials({ name, message }: Thrown): Found | undefined {
  if (!isOfProviders(name)) return undefined
  const isNone = /could not load credentials from any providers/i.test(message)
  return {
    kind: 'denied',
    code: 'no_credentials',
    message: isNone ? 'there are no AWS credentials' : `there are no AWS credentials: ${message}`,
    advice: 'aws sso login, or export AWS_PROFILE=…; to try tapit without an account: add --sandbox',
  }
}

const wrongCredentialNames = new Set([
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidAccessKeyId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'AuthFailure',
  'NotAuthorized',
])

function wrongCredentials({ name, message }: Thrown): Found | undefined {
  if (
    name === 'RequestExpired' ||
    name === 'RequestTimeTooSkewed' ||
    /signature (expired|not yet current)/i.test(message)
  ) {
    return {
      kind: 'denied',
      code: 'clock_wrong',
      message: `AWS does not accept this machine's time: ${message}`,
      advice: 'set the clock (it must be right within five minutes)',
    }
  }
  if (name === 'OptInRequired' || name === 'SubscriptionRequiredException') {
    return {
      kind: 'denied',
      code: 'access_denied',
      message: `this account may not use the service or the region: ${message}`,
    }
  }
  if (!wrongCredentialNames.has(name)) return undefined
  return {
    kind: 'denied',
    code: 'credentials_invalid',
    message: `AWS does not know these credentials, or they belong to another endpoint or region: ${message}`,
    advice: 'aws sts get-caller-identity',
  }
}

const notImplementedNames = new Set([
  'UnknownOperationException',
  'UnknownOperation',
  'InvalidAction',
  'NotImplemented',
  'NotImplementedException',
])

/** Emulators of AWS lack operations; AWS itself lacks those that a region does not have yet. */
function notImplemented({ name, message, httpStatus }: Thrown, context: TroubleContext): Found | undefined {
  const isSaid = /(has not been|not yet|is not|isn't) implemented/i.test(message)
  // moto's server crashes with a web page, as a program in Python does; AWS never does.
  const isCrash = httpStatus === 500 && isUnreadable({ name, message }) && endpointOf(context) !== undefined
  if (!notImplementedNames.has(name) && httpStatus !== 501 && !isSaid && !isCrash) return undefined
  return {
    kind: 'refused',
    code: 'not_implemented',
    message: `${endpointOf(context) ?? 'this endpoint'} does not implement ${actionOf(context)}`,
    advice: 'use AWS itself, or the sandbox: add --sandbox',
  }
}

const deniedNames = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'AuthorizationError',
  'UnauthorizedException',
  'ForbiddenException',
])

function denied({ name, message, httpStatus }: Thrown, context: TroubleContext): Found | undefined {
  const [, caller, action] = /(?:User: (\S+) )?is not authorized to perform:? (\S+)/.exec(message) ?? []
  if (!deniedNames.has(name) && action === undefined && httpStatus !== 403) return undefined
  const what = action ?? actionOf(context)
  return {
    kind: 'denied',
    code: 'access_denied',
    message: `${caller ?? 'the caller'} may not ${what}: ${message}`,
    advice: `allow ${what} in the caller's policy (who that is: aws sts get-caller-identity)`,
  }
}

/** Not LimitExceededException, though the SDK retries it: what passes a quota does not pass by itself. */
const throttledNames = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TooManyUpdates',
  'TransactionInProgressException',
  'UpstreamTooManyRequests',
])

function throttled({ name, message, httpStatus }: Thrown, context: TroubleContext): Found | undefined {
  const isSaid = /^rate exceeded|too many concurrent attempts to create a new revision/i.test(message)
  if (!throttledNames.has(name) && httpStatus !== 429 && !isSaid) return undefined
  return {
    kind: 'throttled',
    code: 'throttled',
    message: `AWS limits how often this account calls ${actionOf(context)}: ${message}`,
    advice: 'try again in a minute',
  }
}

const unreachableCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPROTO',
  'ERR_STREAM_PREMATURE_CLOSE',
])
const unreachableNames = new Set([
  'TimeoutError',
  'AbortError',
  'RequestTimeout',
  'RequestTimeoutException',
  'NetworkingError',
])

function unreachable({ name, message, code }: Thrown, context: TroubleContext): Found | undefined {
  const isUnreachable = (code !== undefined && unreachableCodes.has(code)) || unreachableNames.has(name)
  if (!isUnreachable && !/socket hang up/.test(message)) return undefined
  const endpoint = endpointOf(context)
  const reason = code ?? message
  if (endpoint !== undefined) {
    return {
      kind: 'transient',
      code: 'endpoint_unreachable',
      message: `the AWS endpoint ${endpoint} does not answer ${actionOf(context)} (${reason})`,
      advice:
        'unset AWS_ENDPOINT_URL to use AWS itself, or start what should listen there (tapit sandbox start)',
    }
  }
  return {
    kind: 'transient',
    code: 'aws_unreachable',
    message: `AWS does not answer ${actionOf(context)} (${reason})`,
    advice: 'check the network, and the region: aws sts get-caller-identity',
  }
}

/** The endpoint that somebody chose; absent where it is AWS's own. */
function endpointOf({ endpoint, env, service }: TroubleContext): string | undefined {
  const ofService = env[`AWS_ENDPOINT_URL_${endpointVariables[service] ?? service.toUpperCase()}`]
  return [endpoint, ofService, env['AWS_ENDPOINT_URL']].find(each => each !== undefined && each !== '')
}

const endpointVariables: Readonly<Record<string, string>> = {
  elasticloadbalancing: 'ELASTIC_LOAD_BALANCING_V2',
  logs: 'CLOUDWATCH_LOGS',
}

function untrusted({ code, message }: Thrown, context: TroubleContext): Found | undefined {
  const isTls = code !== undefined && /CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ERR_TLS|ERR_SSL/.test(code)
  if (!isTls) return undefined
  return {
    kind: 'refused',
    code: 'certificate_untrusted',
    message: `the certificate of ${endpointOf(context) ?? 'the AWS endpoint'} is not trusted: ${message} (${code})`,
    advice: 'behind a proxy that opens TLS: export NODE_EXTRA_CA_CERTS=/path/to/ca.pem',
  }
}

const failingNames = new Set([
  'InternalFailure',
  'InternalServerError',
  'InternalServerException',
  'InternalError',
  'ServerException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'HealthUnavailable',
  'HealthUnavailableException',
])

function failing({ name, message, httpStatus = 0 }: Thrown, context: TroubleContext): Found | undefined {
  if (httpStatus < 500 && !failingNames.has(name)) return undefined
  return {
    kind: 'transient',
    code: 'aws_failing',
    message: `AWS failed to answer ${actionOf(context)}: ${message} (${name}${httpStatus === 0 ? '' : `, HTTP ${httpStatus}`})`,
    advice: 'try again; AWS says how it is at https://health.aws.amazon.com',
  }
}

/** A login page of a hotel, a proxy's error page. */
function unreadable({ name, message }: Thrown, context: TroubleContext): Found | undefined {
  if (!isUnreadable({ name, message })) return undefined
  return {
    kind: 'refused',
    code: 'aws_unreadable',
    message: `what answered ${actionOf(context)} is not AWS: ${message}`,
    advice: 'check AWS_ENDPOINT_URL, HTTPS_PROXY and the network',
  }
}

function isUnreadable({ name, message }: Thrown): boolean {
  return name === 'SyntaxError' || /deserialization error/i.test(message)
}

function notActive({ name, message }: Thrown, context: TroubleContext): Found | undefined {
  if (name === 'ServiceNotActiveException') {
    return {
      kind: 'missing',
      code: 'service_not_active',
      message: `the ECS service is being deleted, or was: ${message}`,
      advice: 'cdk deploy makes it again',
    }
  }
  if (!/task ?definition is inactive/i.test(message)) return undefined
  return {
    kind: 'refused',
    code: 'task_definition_inactive',
    message: `the task definition was deregistered and cannot be deployed any more (${actionOf(context)}: ${message})`,
    advice: 'tapit create deploy registers a new one',
  }
}

const nouns: Readonly<Record<string, { readonly noun: string; readonly code: string }>> = {
  ClusterNotFoundException: { noun: 'ECS cluster', code: 'cluster_not_found' },
  ServiceNotFoundException: { noun: 'ECS service', code: 'service_not_found' },
  ServiceDeploymentNotFoundException: {
    noun: 'ECS service deployment',
    code: 'service_deployment_not_found',
  },
  RepositoryNotFoundException: { noun: 'ECR repository', code: 'repository_not_found' },
  ImageNotFoundException: { noun: 'image', code: 'image_not_found' },
  TargetGroupNotFoundException: { noun: 'target group', code: 'target_group_not_found' },
  TargetGroupNotFound: { noun: 'target group', code: 'target_group_not_found' },
  LoadBalancerNotFoundException: { noun: 'load balancer', code: 'load_balancer_not_found' },
  LoadBalancerNotFound: { noun: 'load balancer', code: 'load_balancer_not_found' },
}

function missing({ name, message }: Thrown, context: TroubleContext): Found | undefined {
  if (!/NotFound(Exception)?$/.test(name)) return undefined
  const { noun, code } = nouns[name] ?? { noun: 'such thing', code: 'not_found' }
  const region = context.region ?? context.env['AWS_REGION'] ?? context.env['AWS_DEFAULT_REGION']
  return {
    kind: 'missing',
    code,
    message: `there is no ${noun}${region === undefined ? '' : ` in ${region}`}: ${message} (${actionOf(context)})`,
  }
}
