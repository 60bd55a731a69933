import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'
import { type Ended, startProcess, startTapit, type Variables } from './cli.ts'
import { freePort } from './free-port.ts'
import { type Mirror, type MirrorOptions, openMirror } from './mirror.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const require = createRequire(import.meta.url)
const cdkBin = require.resolve('aws-cdk/bin/cdk')
/** What examples/shop says of its account. */
export const account = '111122223333'
export const region = 'eu-west-1'
const certificate = `arn:aws:acm:${region}:${account}:certificate/0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9`

/** An account in moto, in which the CDK's command line and ours work. */
export type Moto = {
  readonly url: string
  readonly env: Variables
  /** A folder that is gone at the end. */
  readonly folder: string
  /** Where the images are, if there is a registry. */
  readonly mirror?: Mirror
  cdk(argv: readonly string[], options?: { readonly cwd?: string }): Promise<Ended>
  tapit(...argv: readonly string[]): Promise<Ended>
  json(...argv: readonly string[]): Promise<Ended & { readonly document: any }>
  close(): Promise<void>
}

export type MotoOptions = {
  /**
   * A real registry that stands where ECR's would: whoever asks moto for credentials is sent there, and what is pushed there is
   * an image of moto's. @default - none: as moto is, with an endpoint that does not exist
   */
  readonly registry?: MirrorOptions['upstream']
  /** What happens at that registry on the way. @default - nothing */
  readonly mirror?: Pick<MirrorOptions, 'fault' | 'onManifest'>
  /** Without them nobody can follow a deployment. @default - none, as moto */
  readonly hasServiceDeployments?: boolean
}

export async function openMoto({
  registry,
  mirror: onTheWay,
  hasServiceDeployments = false,
}: MotoOptions = {}): Promise<Moto> {
  const folder = await mkdtemp(join(tmpdir(), 'tapit-moto-'))
  const port = await freePort()
  // moto finds a template in its own S3 only where its address says `localhost`.
  const url = `http://localhost:${port}`
  const mirror =
    registry === undefined
      ? undefined
      : await openMirror({ upstream: registry, ecrUrl: url, region, ...onTheWay })
  const server = startProcess(
    'python3',
    [join(root, 'test/e2e/support/moto-server.py'), '-H', '127.0.0.1', '-p', String(port)],
    {
      env: {
        MOTO_ACCOUNT_ID: account,
        MOTO_CERTIFICATE: certificate,
        MOTO_ECS_SERVICE_RUNNING: '1',
        ...(hasServiceDeployments && { MOTO_SERVICE_DEPLOYMENTS: 'yes' }),
        ...(mirror !== undefined && {
          MOTO_REGISTRY: `http://${mirror.host}`,
          MOTO_REGISTRY_PASSWORD: registry?.password,
          MOTO_LAYERS: mirror.layersUrl,
        }),
      },
    },
  )
  await vi.waitUntil(async () => (await statusOf(`${url}/moto-api/`)) === 200, {
    timeout: 60_000,
    interval: 100,
  })
  const env: Variables = {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    HOME: folder,
    // Otherwise it remembers in the user's home whose the access key is.
    CDK_HOME: folder,
    CI: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  }
  const tapit: Moto['tapit'] = (...argv) => startTapit(argv, { env }).ended
  return {
    url,
    env,
    folder,
    mirror,
    cdk: (argv, { cwd = folder } = {}) =>
      startProcess(process.execPath, [cdkBin, '--no-notices', ...argv], { env, cwd }).ended,
    tapit,
    json: async (...argv) => {
      const ended = await tapit(...argv, '-o', 'json')
      return { ...ended, document: JSON.parse(ended.stdout) }
    },
    close: async () => {
      server.kill('SIGTERM')
      await server.ended
      await mirror?.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function statusOf(url: string): Promise<number> {
  try {
    return (await fetch(url)).status
  } catch {
    return 0
  }
}
