import type { IncomingMessage } from 'node:http'
import type { Faults } from '../../faults.ts'
import { AwsError } from '../../wire/aws-error.ts'
import type { Outcome } from '../../wire/outcome.ts'
import { suffer } from '../../wire/suffer.ts'
import type { World } from '../../world.ts'
import type { LayerStore } from '../layer-store.ts'
import { blobOperations } from './blobs.ts'
import type { Call, Operation } from './call.ts'
import { manifestOperations } from './manifests.ts'
import { errorReply, expiredToken, RegistryError, registryErrorOf } from './registry-error.ts'
import { expiryOf } from './token.ts'
import { uploadOperations } from './uploads.ts'

export type RegistryOptions = {
  readonly world: World
  readonly layers: LayerStore
  readonly faults: Faults
  /** Runs before every operation: brings the world up to now. */
  readonly before: () => void
  /** Runs after every operation that may have changed something. */
  readonly changed: () => void
}

/**
 * ECR's registry: the protocol of `docker push` and `docker pull`, below `/v2/`. What is pushed so is an image of ECR's API.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
export async function registry(request: IncomingMessage, options: RegistryOptions): Promise<Outcome> {
  try {
    return withVersion(await carriedOut(request, options))
  } catch (error) {
    return withVersion(errorReply(known(error)))
  }
}

async function carriedOut(request: IncomingMessage, options: RegistryOptions): Promise<Outcome> {
  const { world, layers, faults, before, changed } = options
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://sandbox')
  requireToken(request.headers.authorization, world)
  if (/^\/v2\/?$/.test(pathname))
    return { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' }
  const { operation, name, reference } = operationOf(request.method, pathname)
  const { action, isChange = false } = operation
  const call: Call = { world, layers, request, name, reference, query }
  const entry = faults.record({ at: world.clock.now(), service: 'ecr', operation: action })
  try {
    const input = { repositoryName: name, reference }
    const effect = faults.strike({ service: 'ecr', operation: action, input })
    if (effect === 'hang') return 'silence'
    await suffer(effect, `ecr:${action}`)
    before()
    const outcome = await operation.handle(call)
    if (typeof outcome === 'object') entry.status = outcome.status
    if (isChange) changed()
    return effect === 'lose-answer' ? 'disconnect' : outcome
  } catch (error) {
    // A client that broke off in the middle of its body hears nothing any more.
    if (request.destroyed && !request.complete) return 'silence'
    const refusal = known(error)
    entry.status = refusal.status
    entry.error = refusal.code
    throw refusal
  }
}

const operations = [...manifestOperations, ...blobOperations, ...uploadOperations]

type Match = { readonly operation: Operation; readonly name: string; readonly reference: string }

function operationOf(method: string | undefined, path: string): Match {
  const matching = operations.filter(operation => operation.path.test(path))
  const operation = matching.find(it => it.method === method)
  const [, name = '', reference = ''] = operation?.path.exec(path) ?? []
  if (operation !== undefined) return { operation, name, reference }
  const isKnown = matching.length > 0
  throw new RegistryError(isKnown ? 405 : 404, 'UNSUPPORTED', {
    message: `The sandbox's registry does not implement ${method} ${path}`,
  })
}

/** Every request is a new one to HTTP's Basic scheme: the token stands in each. */
function requireToken(authorization: string | undefined, { account, region, clock }: World): void {
  const endpoint = `https://${account}.dkr.ecr.${region}.amazonaws.com/`
  if (authorization === undefined) {
    throw new RegistryError(401, 'UNAUTHORIZED', {
      message: 'Not Authorized',
      headers: { 'www-authenticate': `Basic realm="${endpoint}",service="ecr.amazonaws.com"` },
    })
  }
  const expiresAt = expiryOf(authorization)
  if (expiresAt === undefined) {
    throw new RegistryError(400, 'UNAUTHORIZED', { message: 'The authorization token is not valid' })
  }
  if (expiresAt <= clock.now()) throw new RegistryError(403, 'DENIED', { message: expiredToken })
}

function withVersion(outcome: Outcome): Outcome {
  if (typeof outcome === 'string') return outcome
  return { ...outcome, headers: { 'docker-distribution-api-version': 'registry/2.0', ...outcome.headers } }
}

function known(error: unknown): RegistryError {
  if (error instanceof RegistryError) return error
  if (error instanceof AwsError) return registryErrorOf(error)
  console.error(`The sandbox's registry failed:`, error)
  return new RegistryError(500, 'UNKNOWN', { message: `The sandbox failed: ${String(error)}` })
}
