import type { Outcome } from '../../wire/outcome.ts'
import { blobOf, blobSize, layerOf } from '../blob-of.ts'
import { theRepository } from '../lookup.ts'
import type { Call, Operation } from './call.ts'
import { RegistryError } from './registry-error.ts'

const path = /^\/v2\/(.+)\/blobs\/(sha256:[0-9a-f]{64})$/

export const blobOperations: readonly Operation[] = [
  {
    method: 'HEAD',
    path,
    action: 'BatchCheckLayerAvailability',
    handle: async call => {
      const { size } = found(call)
      return { status: 200, headers: { ...headersOf(call), 'content-length': String(size) }, body: '' }
    },
  },
  { method: 'GET', path, action: 'GetDownloadUrlForLayer', handle: async call => content(call) },
]

/** ECR redirects to S3 here. */
function content(call: Call): Outcome {
  const { layers, reference: digest, request } = call
  const { repository, size } = found(call)
  const headers = headersOf(call)
  if (layerOf(repository, digest) === undefined) {
    return { status: 200, headers, body: blobOf(repository, digest) ?? '' }
  }
  const range = rangeOf(request.headers.range, size)
  if (range === 'unsatisfiable') {
    const headers = { 'content-range': `bytes */${size}` }
    throw new RegistryError(416, 'RANGE_INVALID', { message: 'Invalid content range', headers })
  }
  if (range === undefined) {
    return {
      status: 200,
      headers: { ...headers, 'content-length': String(size) },
      body: layers.stream(digest),
    }
  }
  const { start, end } = range
  return {
    status: 206,
    headers: {
      ...headers,
      'content-length': String(end - start + 1),
      'content-range': `bytes ${start}-${end}/${size}`,
    },
    body: layers.stream(digest, range),
  }
}

function found({ world, name, reference: digest }: Call) {
  const repository = theRepository(world, { repositoryName: name })
  const size = blobSize(repository, digest)
  if (size === undefined) {
    throw new RegistryError(404, 'BLOB_UNKNOWN', {
      message: `The layer with digest '${digest}' does not exist within the repository with name '${name}' in the registry with id '${world.account}'`,
    })
  }
  const layer = layerOf(repository, digest)
  // Whoever is told that it is there won't upload it, and may be about to push a manifest that names it.
  if (layer !== undefined) layer.seenAt = world.clock.now()
  return { repository, size }
}

function headersOf({ reference }: Call): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/octet-stream',
    'docker-content-digest': reference,
    'accept-ranges': 'bytes',
  }
}

/** Of a range that no client of ours sends, all is answered: servers may. */
function rangeOf(
  header: string | undefined,
  size: number,
): { readonly start: number; readonly end: number } | 'unsatisfiable' | undefined {
  const [, from, to = ''] = /^bytes=(\d+)-(\d*)$/.exec(header ?? '') ?? []
  if (from === undefined) return undefined
  const start = Number(from)
  const end = to === '' ? size - 1 : Math.min(Number(to), size - 1)
  return start > end ? 'unsatisfiable' : { start, end }
}
