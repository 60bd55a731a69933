import type { Outcome } from '../../wire/outcome.ts'
import { adoptLayer } from '../adopt-layer.ts'
import { layerOf } from '../blob-of.ts'
import type { LayerUpload } from '../layer-store.ts'
import { theRepository } from '../lookup.ts'
import type { RepositoryState } from '../state.ts'
import type { Call, Operation } from './call.ts'
import { RegistryError } from './registry-error.ts'

const start = /^\/v2\/(.+)\/blobs\/uploads\/?()$/
const path = /^\/v2\/(.+)\/blobs\/uploads\/([\w-]+)$/

export const uploadOperations: readonly Operation[] = [
  { method: 'POST', path: start, action: 'InitiateLayerUpload', isChange: true, handle: begin },
  {
    method: 'GET',
    path,
    action: 'UploadLayerPart',
    handle: async call => progress(call, { status: 204, upload: underWay(call) }),
  },
  { method: 'PATCH', path, action: 'UploadLayerPart', handle: append },
  { method: 'PUT', path, action: 'CompleteLayerUpload', isChange: true, handle: complete },
  {
    method: 'DELETE',
    path,
    action: 'CompleteLayerUpload',
    handle: async call => {
      await underWay(call).abandon()
      return { status: 204, headers: {}, body: '' }
    },
  },
]

async function begin(call: Call): Promise<Outcome> {
  const { world, layers, request, name, query } = call
  const repository = theRepository(world, { repositoryName: name })
  const mounted = query.get('mount')
  if (mounted !== null && mount(call, repository, mounted)) return created(call, mounted)
  const upload = await layers.begin(name)
  const digest = query.get('digest')
  if (digest === null) return progress(call, { status: 202, upload })
  await upload.append(request)
  return finished(call, { upload, digest })
}

/** A layer that another repository has needs no upload. Without `from`, as without such a layer, one is begun. */
function mount({ world, query }: Call, repository: RepositoryState, digest: string): boolean {
  const { repositories } = world.state.ecr
  const from = query.get('from') ?? ''
  const source = Object.hasOwn(repositories, from) ? repositories[from] : undefined
  const layer = source === undefined ? undefined : layerOf(source, digest)
  if (layer === undefined) return false
  adoptLayer(world, repository, digest)(layer.size)
  return true
}

async function append(call: Call): Promise<Outcome> {
  const upload = underWay(call)
  requireContinuation(call, upload)
  await upload.append(call.request)
  return progress(call, { status: 202, upload })
}

/** The last part may come with the request that completes the upload, or all of it. */
async function complete(call: Call): Promise<Outcome> {
  const digest = call.query.get('digest') ?? ''
  const upload = underWay(call)
  requireContinuation(call, upload)
  await upload.append(call.request)
  return finished(call, { upload, digest })
}

type Finish = { readonly upload: LayerUpload; readonly digest: string }

async function finished(call: Call, { upload, digest: wanted }: Finish): Promise<Outcome> {
  const { world, name } = call
  const repository = theRepository(world, { repositoryName: name })
  if (!/^sha256:[0-9a-f]{64}$/.test(wanted) || upload.size === 0) {
    await upload.abandon()
    const message =
      upload.size === 0 ? 'The layer upload contains no parts' : `'${wanted}' is no sha256 digest`
    throw new RegistryError(400, upload.size === 0 ? 'BLOB_UPLOAD_INVALID' : 'DIGEST_INVALID', { message })
  }
  const digest = await upload.finish(wanted, adoptLayer(world, repository, wanted))
  if (digest === wanted) return created(call, digest)
  throw new RegistryError(400, 'DIGEST_INVALID', {
    message: `The layer's digest is ${digest}, not ${wanted}`,
  })
}

function underWay({ world, layers, name, reference: id }: Call): LayerUpload {
  theRepository(world, { repositoryName: name })
  const upload = layers.upload(name, id)
  if (upload !== undefined) return upload
  throw new RegistryError(404, 'BLOB_UPLOAD_UNKNOWN', {
    message: `The upload '${id}' does not exist in the repository with name '${name}'`,
  })
}

function requireContinuation(call: Call, upload: LayerUpload): void {
  const [, first] = /^(?:bytes )?(\d+)-\d+/.exec(call.request.headers['content-range'] ?? '') ?? []
  if (first === undefined || Number(first) === upload.size) return
  throw new RegistryError(416, 'BLOB_UPLOAD_INVALID', {
    message: `First byte of the layer part is ${first} instead of ${upload.size}`,
    headers: whereabouts(call, upload),
  })
}

type Progress = { readonly status: number; readonly upload: LayerUpload }

function progress(call: Call, { status, upload }: Progress): Outcome {
  return { status, headers: whereabouts(call, upload), body: '' }
}

function whereabouts({ name }: Call, { id, size }: LayerUpload): Readonly<Record<string, string>> {
  return {
    location: `/v2/${name}/blobs/uploads/${id}`,
    range: `0-${Math.max(0, size - 1)}`,
    'docker-upload-uuid': id,
  }
}

function created({ name }: Call, digest: string): Outcome {
  return {
    status: 201,
    headers: { location: `/v2/${name}/blobs/${digest}`, 'docker-content-digest': digest },
    body: '',
  }
}
