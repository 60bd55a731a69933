import { AwsError } from '../../wire/aws-error.ts'
import { readBody } from '../../wire/read-body.ts'
import type { Outcome } from '../../wire/outcome.ts'
import { imageStatus } from '../image-status.ts'
import { theImage, theRepository } from '../lookup.ts'
import { putImage } from '../put-image.ts'
import { recordPull } from '../record-pull.ts'
import type { ImageState, RepositoryState } from '../state.ts'
import { digestOf } from '../digest-of.ts'
import type { Call, Operation } from './call.ts'
import { RegistryError } from './registry-error.ts'

const path = /^\/v2\/(.+)\/manifests\/([^/]+)$/

export const manifestOperations: readonly Operation[] = [
  {
    method: 'HEAD',
    path,
    action: 'BatchGetImage',
    handle: async call => answerOf(pullable(call)),
  },
  {
    method: 'GET',
    path,
    action: 'BatchGetImage',
    isChange: true,
    handle: async call => {
      const image = pullable(call)
      recordPull(image, call.world.clock.now())
      return answerOf(image)
    },
  },
  { method: 'PUT', path, action: 'PutImage', isChange: true, handle: put },
  {
    method: 'GET',
    path: /^\/v2\/(.+)\/tags\/(list)$/,
    action: 'ListImages',
    handle: async call => tagList(call),
  },
]

function pullable({ world, name, reference }: Call): ImageState {
  const repository = theRepository(world, { repositoryName: name })
  const image = theImage(
    repository,
    isDigest(reference) ? { imageDigest: reference } : { imageTag: reference },
  )
  if (typeof image !== 'string' && imageStatus(image, world.clock.now()) === 'ACTIVE') return image
  throw new RegistryError(404, 'MANIFEST_UNKNOWN', { message: 'Requested image not found' })
}

function answerOf({ manifest, mediaType, digest }: ImageState): Outcome {
  return {
    status: 200,
    headers: { 'content-type': mediaType, 'docker-content-digest': digest },
    body: manifest,
  }
}

async function put({ world, layers, request, name, reference }: Call): Promise<Outcome> {
  const repository = theRepository(world, { repositoryName: name })
  const body = await readBody(request)
  if (body === undefined)
    throw new RegistryError(413, 'MANIFEST_INVALID', { message: 'The manifest is too large' })
  const manifest = body.toString()
  const digest = digestOf(manifest)
  const named = isDigest(reference) ? { digest: reference } : { tag: reference }
  try {
    const mediaType = request.headers['content-type']
    await putImage(world, repository, { manifest, mediaType, ...named, layers })
  } catch (error) {
    // The API refuses what changes nothing; a push of it is a success.
    if (!(error instanceof AwsError && error.name === 'ImageAlreadyExistsException')) throw error
  }
  return {
    status: 201,
    headers: { location: `/v2/${name}/manifests/${digest}`, 'docker-content-digest': digest },
    body: '',
  }
}

function tagList({ world, name, query }: Call): Outcome {
  const repository = theRepository(world, { repositoryName: name })
  const tags = tagsOf(repository, world.clock.now())
  const wanted = Number(query.get('n') ?? most)
  const size = Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, most) : most
  const last = query.get('last') ?? ''
  const rest = tags.filter(tag => tag > last)
  const page = rest.slice(0, size)
  const next = new URLSearchParams({ n: String(size), last: page.at(-1) ?? '' })
  return {
    status: 200,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(rest.length > size ? { link: `</v2/${name}/tags/list?${next.toString()}>; rel="next"` } : {}),
    },
    body: JSON.stringify({ name, tags: page }),
  }
}

const most = 1000

function tagsOf({ images }: RepositoryState, at: number): string[] {
  return images
    .filter(image => imageStatus(image, at) === 'ACTIVE')
    .flatMap(({ tags }) => tags)
    .toSorted()
}

function isDigest(reference: string): boolean {
  return reference.startsWith('sha256:')
}
