import { randomUUID } from 'node:crypto'
import type { EcrHandlers, ecr } from '../wire/handlers.ts'
import { AwsError } from '../wire/aws-error.ts'
import type { World } from '../world.ts'
import { blobOf } from './blob-of.ts'
import { digestOf } from './digest-of.ts'
import { theRepository } from './lookup.ts'

export type LayerOptions = {
  /** Where a layer can be fetched from, as ECR's presigned URLs of S3. */
  readonly layerUrl: (layer: { readonly repository: string; readonly digest: string }) => string
}

/** The part of ECR that moves layers: for image configurations and small layers, since all is kept in memory. */
export function layerHandlers(world: World, { layerUrl }: LayerOptions): EcrHandlers {
  const registryId = world.account
  const repositoryOf = (input: { repositoryName?: string; registryId?: string }) =>
    theRepository(world, input)
  return {
    BatchCheckLayerAvailability: input => {
      const repository = repositoryOf(input)
      const layers = (input.layerDigests ?? []).map((layerDigest): ecr.Layer => {
        const blob = blobOf(repository, layerDigest)
        if (blob === undefined) return { layerDigest, layerAvailability: 'UNAVAILABLE' }
        return { layerDigest, layerAvailability: 'AVAILABLE', layerSize: blob.length }
      })
      return { layers, failures: [] }
    },

    GetDownloadUrlForLayer: input => {
      const { name, ...repository } = repositoryOf(input)
      const { layerDigest: digest = '' } = input
      if (blobOf({ name, ...repository }, digest) === undefined) {
        throw new AwsError(
          'LayersNotFoundException',
          `The layer with digest '${digest}' does not exist within the repository with name '${name}' in the registry with id '${registryId}'`,
        )
      }
      return { layerDigest: digest, downloadUrl: layerUrl({ repository: name, digest }) }
    },

    InitiateLayerUpload: input => {
      const uploadId = randomUUID()
      repositoryOf(input).uploads[uploadId] = ''
      return { uploadId, partSize: largestPart }
    },

    UploadLayerPart: input => {
      const repository = repositoryOf(input)
      const { uploadId = '', partFirstByte = 0, partLastByte = 0, layerPartBlob = new Uint8Array() } = input
      const received = Buffer.from(uploadOf(repository, uploadId), 'base64')
      if (partFirstByte !== received.length || partLastByte !== partFirstByte + layerPartBlob.length - 1) {
        throw new AwsError(
          'InvalidLayerPartException',
          'The layer part does not continue the parts before it',
          {
            registryId,
            repositoryName: repository.name,
            uploadId,
            lastValidByteReceived: received.length - 1,
          },
        )
      }
      repository.uploads[uploadId] = Buffer.concat([received, layerPartBlob]).toString('base64')
      return { registryId, repositoryName: repository.name, uploadId, lastByteReceived: partLastByte }
    },

    CompleteLayerUpload: input => {
      const repository = repositoryOf(input)
      const { uploadId = '', layerDigests = [] } = input
      const content = uploadOf(repository, uploadId)
      const layerDigest = digestOf(Buffer.from(content, 'base64'))
      if (content === '') throw new AwsError('EmptyUploadException', 'The layer upload contains no parts')
      if (!layerDigests.includes(layerDigest)) {
        throw new AwsError(
          'InvalidLayerException',
          `The layer's digest is ${layerDigest}, not ${layerDigests.join(', ')}`,
        )
      }
      repository.blobs[layerDigest] = content
      delete repository.uploads[uploadId]
      return { registryId, repositoryName: repository.name, uploadId, layerDigest }
    },
  }
}

const largestPart = 10 * 1024 * 1024

function uploadOf(
  { uploads, name }: { uploads: Record<string, string>; name: string },
  uploadId: string,
): string {
  const upload = uploads[uploadId]
  if (upload !== undefined) return upload
  throw new AwsError(
    'UploadNotFoundException',
    `The upload '${uploadId}' does not exist in the repository with name '${name}'`,
  )
}
