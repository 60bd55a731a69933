import type { EcrHandlers, ecr } from '../wire/handlers.ts'
import { AwsError } from '../wire/aws-error.ts'
import type { World } from '../world.ts'
import { adoptLayer } from './adopt-layer.ts'
import { blobSize } from './blob-of.ts'
import type { LayerStore, LayerUpload } from './layer-store.ts'
import { theRepository } from './lookup.ts'
import type { RepositoryState } from './state.ts'

export type LayerOptions = {
  readonly layers: LayerStore
  /** Where a layer can be fetched from, as ECR's presigned URLs of S3. */
  readonly layerUrl: (layer: { readonly repository: string; readonly digest: string }) => string
}

/** The part of ECR's API that moves layers. `docker push` moves them by the registry's protocol. */
export function layerHandlers(world: World, { layers, layerUrl }: LayerOptions): EcrHandlers {
  const registryId = world.account
  const repositoryOf = (input: { repositoryName?: string; registryId?: string }) =>
    theRepository(world, input)
  const uploadOf = ({ name }: RepositoryState, uploadId: string): LayerUpload => {
    const upload = layers.upload(name, uploadId)
    if (upload !== undefined) return upload
    throw new AwsError(
      'UploadNotFoundException',
      `The upload '${uploadId}' does not exist in the repository with name '${name}'`,
    )
  }
  return {
    BatchCheckLayerAvailability: input => {
      const repository = repositoryOf(input)
      const checked = (input.layerDigests ?? []).map((layerDigest): ecr.Layer => {
        const layerSize = blobSize(repository, layerDigest)
        if (layerSize === undefined) return { layerDigest, layerAvailability: 'UNAVAILABLE' }
        return { layerDigest, layerAvailability: 'AVAILABLE', layerSize }
      })
      return { layers: checked, failures: [] }
    },

    GetDownloadUrlForLayer: input => {
      const repository = repositoryOf(input)
      const { name } = repository
      const { layerDigest: digest = '' } = input
      if (blobSize(repository, digest) === undefined) {
        throw new AwsError(
          'LayersNotFoundException',
          `The layer with digest '${digest}' does not exist within the repository with name '${name}' in the registry with id '${registryId}'`,
        )
      }
      return { layerDigest: digest, downloadUrl: layerUrl({ repository: name, digest }) }
    },

    InitiateLayerUpload: async input => {
      const { id } = await layers.begin(repositoryOf(input).name)
      return { uploadId: id, partSize: largestPart }
    },

    UploadLayerPart: async input => {
      const { name } = repositoryOf(input)
      const { uploadId = '', partFirstByte = 0, partLastByte = 0, layerPartBlob = new Uint8Array() } = input
      const upload = uploadOf(repositoryOf(input), uploadId)
      if (partFirstByte !== upload.size || partLastByte !== partFirstByte + layerPartBlob.length - 1) {
        throw new AwsError(
          'InvalidLayerPartException',
          'The layer part does not continue the parts before it',
          {
            registryId,
            repositoryName: name,
            uploadId,
            lastValidByteReceived: upload.size - 1,
          },
        )
      }
      await upload.append([layerPartBlob])
      return { registryId, repositoryName: name, uploadId, lastByteReceived: partLastByte }
    },

    CompleteLayerUpload: async input => {
      const repository = repositoryOf(input)
      const { uploadId = '', layerDigests: [wanted = ''] = [] } = input
      const upload = uploadOf(repository, uploadId)
      if (upload.size === 0) throw new AwsError('EmptyUploadException', 'The layer upload contains no parts')
      const layerDigest = await upload.finish(wanted, adoptLayer(world, repository, wanted))
      if (layerDigest !== wanted) {
        throw new AwsError('InvalidLayerException', `The layer's digest is ${layerDigest}, not ${wanted}`)
      }
      return { registryId, repositoryName: repository.name, uploadId, layerDigest }
    },
  }
}

const largestPart = 10 * 1024 * 1024
