import { BatchGetImageCommand, DescribeImagesCommand, ECRClient, type ImageDetail } from '@aws-sdk/client-ecr'

import type { Image, Images } from '../../actions/ports.ts'
import { acceptedMediaTypes } from './accepted-media-types.ts'
import type { AwsOptions } from './client-settings.ts'
import { type ClientOf, type ServiceClients, serviceClients } from './clients.ts'
import { imageTrouble } from './image-trouble.ts'
import { inRepository } from './in-repository.ts'
import { isAwsError } from './is-aws-error.ts'
import { platformsOf } from './platforms-of.ts'
import { present } from './present.ts'

/** ECR holds 100,000 images a repository; what is older than the newest 20,000 that it answers is not looked at. */
const mostPages = 20

/** Amazon ECR. A repository is asked for in its own region. */
export function awsImages(clientOf: ClientOf<ECRClient>): Images {
  return {
    find: (uri, reference) =>
      inRepository(uri, async ({ region, registryId, name }) => {
        const id = 'tag' in reference ? { imageTag: reference.tag } : { imageDigest: reference.digest }
        try {
          const { imageDetails = [] } = await clientOf(region).send(
            // Archived images are not answered unless they are asked for, and "archived" is not "there is none".
            new DescribeImagesCommand({
              registryId,
              repositoryName: name,
              imageIds: [id],
              filter: { imageStatus: 'ANY' },
            }),
          )
          return imageDetails.map(imageOf).find(image => image !== undefined)
        } catch (error) {
          if (isAwsError(error, 'ImageNotFoundException')) return undefined
          throw error
        }
      }),

    newest: uri =>
      inRepository(uri, async ({ region, registryId, name }) => {
        const images: Image[] = []
        let nextToken: string | undefined
        for (let page = 0; page < mostPages; page += 1) {
          const answer = await clientOf(region).send(
            new DescribeImagesCommand({
              registryId,
              repositoryName: name,
              filter: { tagStatus: 'TAGGED' },
              maxResults: 1_000,
              nextToken,
            }),
          )
          images.push(...(answer.imageDetails ?? []).flatMap(detail => imageOf(detail) ?? []))
          nextToken = answer.nextToken
          if (nextToken === undefined) break
        }
        return images.toSorted((one, other) => (other.pushedAt ?? 0) - (one.pushedAt ?? 0))
      }),

    platforms: (uri, digest) =>
      inRepository(uri, async ({ region, registryId, name }) => {
        const { images = [], failures = [] } = await clientOf(region).send(
          new BatchGetImageCommand({
            registryId,
            repositoryName: name,
            imageIds: [{ imageDigest: digest }],
            acceptedMediaTypes,
          }),
        )
        const [failure] = failures
        if (failure !== undefined) throw imageTrouble(`${uri}@${digest}`, failure)
        return platformsOf(images[0]?.imageManifest)
      }),
  }
}

function imageOf(detail: ImageDetail): Image | undefined {
  if (detail.imageDigest === undefined) return undefined
  return present({
    digest: detail.imageDigest,
    tags: detail.imageTags ?? [],
    pushedAt: detail.imagePushedAt?.getTime(),
    status: detail.imageStatus ?? 'ACTIVE',
  })
}

export function ecrClients(options: AwsOptions): ServiceClients<ECRClient> {
  return serviceClients(ECRClient, 'ecr', options)
}
