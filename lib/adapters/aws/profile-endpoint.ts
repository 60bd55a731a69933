/**
 * The `endpoint_url` of a profile that only our own clients were told of (tapit.yml's): the SDK looks for it in the profile of
 * `process.env` alone, whatever profile a client is given. One that is told apart by service is left to it.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export async function profileEndpoint(
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const { AWS_PROFILE: profile, AWS_ENDPOINT_URL: said, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: isIgnored } = env
  if (!profile || profile === process.env['AWS_PROFILE'] || said || isIgnored === 'true') return undefined
  const { loadSharedConfigFiles } = await import('@smithy/core/config')
  const { configFile } = await loadSharedConfigFiles()
  const { endpoint_url: endpoint, services } = configFile[profile] ?? {}
  return services === undefined ? endpoint : undefined
}
