import { keyOfCaller } from '../sts/sandbox-callers.ts'

export type SandboxEnvironmentOptions = {
  readonly url: string
  readonly region: string
  /** Where AWS's settings may come from that would lead elsewhere. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * What makes any AWS client talk to the sandbox and to nothing else. Undefined values are variables to unset: they would
 * name a profile, a session, or another endpoint.
 */
export function sandboxEnvironment({
  url,
  region,
  env,
}: SandboxEnvironmentOptions): Record<string, string | undefined> {
  const elsewhere = Object.keys(env).filter(name => name.startsWith('AWS_ENDPOINT_URL_'))
  return {
    ...Object.fromEntries([...misleading, ...elsewhere].map(name => [name, undefined])),
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: keyOfCaller(env['TAPIT_SANDBOX_CALLER'] ?? '') ?? 'sandbox',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    // A configured profile may ask for these; SDKs refuse them together with an endpoint.
    AWS_USE_FIPS_ENDPOINT: 'false',
    AWS_USE_DUALSTACK_ENDPOINT: 'false',
    ...unproxied(env),
  }
}

const misleading = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_ROLE_ARN',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
]

/** botocore would send even requests to loopback through a proxy. */
function unproxied(env: SandboxEnvironmentOptions['env']): Record<string, string> {
  if (!['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'].some(name => (env[name] ?? '') !== ''))
    return {}
  const listed = (env['NO_PROXY'] ?? env['no_proxy'] ?? '').split(',').filter(host => host !== '')
  const hosts = [...new Set([...listed, '127.0.0.1', 'localhost'])].join(',')
  return { NO_PROXY: hosts, no_proxy: hosts }
}
