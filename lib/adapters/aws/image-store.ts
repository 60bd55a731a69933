import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  DescribeImageScanFindingsCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  type ECRClient,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
  GetRepositoryPolicyCommand,
  type ImageDetail,
  PutImageCommand,
  type Repository as EcrRepository,
} from '@aws-sdk/client-ecr'
import { Trouble } from '../../actions/trouble.ts'
import { imageConfigTypes } from '../../images/is-deployable.ts'
import { parseManifest } from '../../images/parse-manifest.ts'
import type { ImageStore, Repository, StoredImage, StoredManifest } from '../../images/ports.ts'
import { acceptedMediaTypes } from './accepted-media-types.ts'
import { authorizationOf } from './authorization-of.ts'
import type { ClientOf } from './clients.ts'
import { downloadImageConfig } from './download-image-config.ts'
import { imageTrouble } from './image-trouble.ts'
import { inRepository } from './in-repository.ts'
import { isAwsError } from './is-aws-error.ts'
import { isPulledByOthers } from './is-pulled-by-others.ts'
import { present } from './present.ts'
import { repositoryOf } from './repository-uri.ts'
import { withoutMissing } from './without-missing.ts'

const imagesPerPage = 1_000

/** Archived images are not answered unless they are asked for. */
const anyStatus = { imageStatus: 'ANY' } as const

/** Amazon ECR, beyond what a deploy asks. A repository is asked for in its own region. */
export function awsImageStore(clientOf: ClientOf<ECRClient>): ImageStore {
  const store: ImageStore = {
    page: (uri, next, only) =>
      inRepository(uri, async ({ region, registryId, name }) => {
        const { imageDetails = [], nextToken } = await clientOf(region).send(
          new DescribeImagesCommand({
            registryId,
            repositoryName: name,
            filter: { ...anyStatus, ...(only === 'tagged' && { tagStatus: 'TAGGED' }) },
            maxResults: imagesPerPage,
            nextToken: next,
          }),
        )
        return present({ images: imageDetails.flatMap(storedImages), next: nextToken })
      }),

    described: (uri, digests) =>
      inRepository(uri, async ({ region, registryId, name }) =>
        withoutMissing(digests, 'ImageNotFoundException', async asked => {
          const { imageDetails = [] } = await clientOf(region).send(
            new DescribeImagesCommand({
              registryId,
              repositoryName: name,
              filter: anyStatus,
              imageIds: asked.map(imageDigest => ({ imageDigest })),
            }),
          )
          return imageDetails.flatMap(storedImages)
        }),
      ),

    manifests: (uri, references) =>
      inRepository(uri, async ({ region, registryId, name }) => {
        const { images = [], failures = [] } = await clientOf(region).send(
          new BatchGetImageCommand({
            registryId,
            repositoryName: name,
            imageIds: references.map(reference =>
              'tag' in reference ? { imageTag: reference.tag } : { imageDigest: reference.digest },
            ),
            acceptedMediaTypes,
          }),
        )
        const failure = failures.find(({ failureCode = '' }) => !notThere.has(failureCode))
        if (failure !== undefined) {
          const { imageDigest, imageTag } = failure.imageId ?? {}
          throw imageTrouble(
            imageDigest === undefined ? `${uri}:${imageTag}` : `${uri}@${imageDigest}`,
            failure,
          )
        }
        return images.flatMap(({ imageId, imageManifest, imageManifestMediaType = '' }): StoredManifest[] => {
          const digest = imageId?.imageDigest
          if (digest === undefined || imageManifest === undefined) return []
          return [{ digest, mediaType: imageManifestMediaType, text: imageManifest }]
        })
      }),

    config: async (uri, digest) => {
      const [stored] = await store.manifests(uri, [{ digest }])
      const manifest = stored && parseManifest(stored.text)
      if (manifest === undefined) return undefined
      if (manifest.is === 'index') {
        const child = manifest.children.find(({ isAttestation }) => !isAttestation)
        return child && store.config(uri, child.digest)
      }
      const { config } = manifest
      if (config === undefined || !imageConfigTypes.has(config.mediaType ?? '')) return undefined
      return inRepository(uri, async ({ region, registryId, name }) => {
        const { downloadUrl } = await clientOf(region).send(
          new GetDownloadUrlForLayerCommand({ registryId, repositoryName: name, layerDigest: config.digest }),
        )
        return downloadUrl === undefined ? undefined : downloadImageConfig(downloadUrl, config.digest)
      })
    },

    scan: (uri, digest) =>
      inRepository(uri, async ({ region, registryId, name }) => {
        try {
          const { imageScanStatus, imageScanFindings } = await clientOf(region).send(
            new DescribeImageScanFindingsCommand({
              registryId,
              repositoryName: name,
              imageId: { imageDigest: digest },
              // The counts are of all findings, whichever of them are listed.
              maxResults: 1,
            }),
          )
          return present({
            status: imageScanStatus?.status ?? 'COMPLETE',
            findings: present(imageScanFindings?.findingSeverityCounts ?? {}),
            scannedAt: imageScanFindings?.imageScanCompletedAt?.getTime(),
          })
        } catch (error) {
          if (isAwsError(error, 'ScanNotFoundException', 'ImageNotFoundException')) return undefined
          throw error
        }
      }),

    remove: (uri, digests) =>
      inRepository(uri, async ({ region, registryId, name }) => {
        const { imageIds = [], failures = [] } = await clientOf(region).send(
          new BatchDeleteImageCommand({
            registryId,
            repositoryName: name,
            imageIds: digests.map(imageDigest => ({ imageDigest })),
          }),
        )
        // An image with several tags is answered once for each.
        const removed = [...new Set(imageIds.flatMap(({ imageDigest }) => imageDigest ?? []))]
        const kept = failures
          .filter(({ failureCode }) => failureCode !== 'ImageNotFound')
          .flatMap(({ imageId, failureCode = 'unknown', failureReason = 'no reason given' }) => {
            const digest = imageId?.imageDigest
            return digest === undefined ? [] : [{ digest, why: `${failureReason} (${failureCode})` }]
          })
        return { removed, kept }
      }),

    tag: (uri, { text, mediaType, digest }, tag) =>
      inRepository(uri, async ({ region, registryId, name }) => {
        try {
          await clientOf(region).send(
            new PutImageCommand({
              registryId,
              repositoryName: name,
              imageManifest: text,
              imageManifestMediaType: mediaType,
              imageTag: tag,
              imageDigest: digest,
            }),
          )
          return 'tagged'
        } catch (error) {
          if (isAwsError(error, 'ImageAlreadyExistsException')) return 'was_tagged'
          if (isAwsError(error, 'ImageTagAlreadyExistsException')) return 'immutable'
          throw error
        }
      }),

    untag: (uri, tag) =>
      inRepository(uri, async ({ region, registryId, name }) => {
        const { failures = [] } = await clientOf(region).send(
          new BatchDeleteImageCommand({ registryId, repositoryName: name, imageIds: [{ imageTag: tag }] }),
        )
        const failure = failures.find(({ failureCode }) => failureCode !== 'ImageNotFound')
        if (failure === undefined) return
        const { failureCode = 'unknown', failureReason = 'no reason given' } = failure
        throw new Trouble({
          kind: 'refused',
          code: 'aws_refused',
          message: `ECR does not take the tag ${tag} away in ${uri}: ${failureReason} (${failureCode})`,
          awsCode: failureCode,
          operation: 'BatchDeleteImage',
        })
      }),

    repositories: uris => {
      const repositories = new Map(uris.map(uri => [repositoryOf(uri).name, repositoryOf(uri)]))
      return withoutMissing(
        [...repositories.keys()],
        'RepositoryNotFoundException',
        async repositoryNames => {
          const { region, registryId } = repositories.get(repositoryNames[0] ?? '') ?? {}
          const answer = await clientOf(region).send(
            new DescribeRepositoriesCommand({ registryId, repositoryNames: [...repositoryNames] }),
          )
          return (answer.repositories ?? []).flatMap(each => {
            const uri = repositories.get(each.repositoryName ?? '')?.uri
            return uri === undefined ? [] : [repositoryFrom(each, uri)]
          })
        },
      )
    },

    isShared: uri =>
      inRepository(uri, async ({ region, registryId, name }) => {
        try {
          const { policyText } = await clientOf(region).send(
            new GetRepositoryPolicyCommand({ registryId, repositoryName: name }),
          )
          return policyText !== undefined && isPulledByOthers(policyText, registryId)
        } catch (error) {
          if (isAwsError(error, 'RepositoryPolicyNotFoundException')) return false
          throw error
        }
      }),

    authorization: async uri => {
      const { region } = repositoryOf(uri)
      const { authorizationData: [data] = [] } = await clientOf(region).send(
        new GetAuthorizationTokenCommand({}),
      )
      const authorization = data && authorizationOf(data, uri)
      if (authorization !== undefined) return authorization
      throw new Trouble({
        kind: 'refused',
        code: 'aws_refused',
        message: `ECR gave no credentials for ${uri}`,
        awsCode: 'NoAuthorizationData',
        operation: 'GetAuthorizationToken',
      })
    },
  }
  return store
}

/** What a batch answers of images that cannot be had: gone, or archived. */
const notThere: ReadonlySet<string> = new Set(['ImageNotFound', 'ImageInaccessible'])

function storedImages(detail: ImageDetail): StoredImage[] {
  if (detail.imageDigest === undefined) return []
  return [
    present({
      digest: detail.imageDigest,
      tags: detail.imageTags ?? [],
      pushedAt: detail.imagePushedAt?.getTime(),
      pulledAt: detail.lastRecordedPullTime?.getTime(),
      sizeInBytes: detail.imageSizeInBytes,
      status: detail.imageStatus ?? 'ACTIVE',
      mediaType: detail.imageManifestMediaType,
      artifactType: detail.artifactMediaType,
      subject: detail.subjectManifestDigest,
    }),
  ]
}

function repositoryFrom(
  {
    repositoryName = '',
    imageTagMutability = 'MUTABLE',
    imageTagMutabilityExclusionFilters = [],
  }: EcrRepository,
  uri: string,
): Repository {
  return {
    uri,
    name: repositoryName,
    mutability: imageTagMutability,
    exclusions: imageTagMutabilityExclusionFilters.flatMap(({ filter }) => filter ?? []),
  }
}
