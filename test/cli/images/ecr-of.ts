import {
  CreateRepositoryCommand,
  ECRClient,
  PutImageCommand,
  StartImageScanCommand,
  UpdateImageStorageClassCommand,
} from '@aws-sdk/client-ecr'
import { createHash } from 'node:crypto'
import type { Shop } from '../../fakes/shop.ts'

export type Pushed = {
  readonly repository?: string
  readonly tag: string
  readonly labels?: Readonly<Record<string, string>>
  /** As the sandbox takes them: `CRITICAL:1,HIGH:3`. */
  readonly findings?: string
  readonly created?: string
}

/** ECR as somebody else's tool uses it. */
export function ecrOf(shop: Shop) {
  const client = new ECRClient({
    endpoint: shop.url,
    region: shop.env['AWS_REGION'],
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
    maxAttempts: 1,
  })
  return {
    create: (repositoryName: string) => client.send(new CreateRepositoryCommand({ repositoryName })),

    /** An image for linux/amd64 with labels of its own; answers its digest. */
    push: async ({ repository = 'shop', tag, labels = {}, findings, created }: Pushed): Promise<string> => {
      const config = JSON.stringify({
        ...(created !== undefined && { created }),
        os: 'linux',
        architecture: 'amd64',
        config: { Labels: { ...labels, salt: tag } },
      })
      const imageManifest = JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: descriptor('application/vnd.oci.image.config.v1+json', config),
        layers: [],
        ...(findings !== undefined && { annotations: { 'dev.tapit.sandbox.findings': findings } }),
      })
      await client.send(new PutImageCommand({ repositoryName: repository, imageManifest, imageTag: tag }))
      return digestOf(imageManifest)
    },

    scan: (imageTag: string) =>
      client.send(new StartImageScanCommand({ repositoryName: 'shop', imageId: { imageTag } })),

    archive: (imageTag: string) =>
      client.send(
        new UpdateImageStorageClassCommand({
          repositoryName: 'shop',
          imageId: { imageTag },
          targetStorageClass: 'ARCHIVE',
        }),
      ),
  }
}

function descriptor(mediaType: string, content: string) {
  const data = Buffer.from(content).toString('base64')
  return { mediaType, digest: digestOf(content), size: Buffer.byteLength(content), data }
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}
