import type { CorrectedClock } from '../../names/clock.ts'

/** What every client of one command has in common. */
export type AwsOptions = {
  readonly env: Readonly<Record<string, string | undefined>>
  /** @default - `AWS_REGION`, `AWS_DEFAULT_REGION`, else the profile's own */
  readonly region?: string
  /** @default - `AWS_ENDPOINT_URL…`, else AWS itself */
  readonly endpoint?: string
  /** @default - the SDK's chain: environment, profile, SSO, web identity, container, instance */
  readonly credentials?: Credentials
  /** Told what time AWS has. @default - nobody is told */
  readonly asking?: CorrectedClock['asking']
}

export type Credentials = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** The SDK's own, which remembers what it found until that expires. */
export type CredentialsProvider = () => Promise<Credentials>

/** Settings that any SDK client takes. What is absent is left to the SDK. */
export type ClientSettings = {
  readonly region?: string
  readonly endpoint?: string
  readonly credentials?: Credentials | CredentialsProvider
  readonly profile?: string
  readonly useFipsEndpoint?: boolean
  readonly useDualstackEndpoint?: boolean
}

/**
 * The SDK reads `process.env` itself; what another environment was passed for (a test, `--sandbox`) says otherwise is told to it here.
 */
export function clientSettings({ env, region, endpoint, credentials }: AwsOptions): ClientSettings {
  const isOwn = (name: string): boolean => env[name] !== process.env[name]
  const chosen = endpoint ?? (isOwn('AWS_ENDPOINT_URL') ? env['AWS_ENDPOINT_URL'] : undefined)
  const settings = {
    // The SDK for JavaScript does not know AWS_DEFAULT_REGION, which the aws CLI and most CI systems set.
    region: region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'],
    endpoint: chosen,
    // A configured profile may ask for these; the SDK refuses them together with an endpoint.
    ...(chosen !== undefined && { useFipsEndpoint: false, useDualstackEndpoint: false }),
    credentials: credentials ?? (identityVariables.some(isOwn) ? keysOf(env) : undefined),
    profile: isOwn('AWS_PROFILE') ? env['AWS_PROFILE'] : undefined,
  }
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined && value !== ''),
  )
}

const identityVariables = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE']

/** As everywhere with AWS, a profile that is named comes before keys in the environment. */
function keysOf(env: AwsOptions['env']): Credentials | undefined {
  const accessKeyId = env['AWS_ACCESS_KEY_ID']
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY']
  const sessionToken = env['AWS_SESSION_TOKEN']
  if (env['AWS_PROFILE'] || !accessKeyId || !secretAccessKey) return undefined
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
}
