import type { ImageReport, ShownImage, ShownPlatform } from '../../../actions/images/show-image.ts'
import { statusOf } from '../../../deployment/projections.ts'
import { imageLabels } from '../../../names/aws.ts'
import { gitHashOf } from '../../wording/git-hash-of.ts'
import { imageTags } from '../../wording/image-tags.ts'
import { repositoryPath } from '../../../names/repository-path.ts'
import { type Document, schemaVersion } from './document.ts'
import { imageUsesJson } from './image-uses-json.ts'
import { iso } from './iso.ts'
import { present } from './present.ts'

/** What `show image` answers under `-o json`. */
export function imageDocument({ app, environment, images, missing, unclear }: ImageReport): Document {
  return present({
    schemaVersion,
    app,
    environment,
    images: images.map(imageJson),
    missing:
      missing.length === 0
        ? undefined
        : missing.map(({ repository, processes, nearest }) => ({
            ...repositoryJson(repository),
            processes,
            nearest,
          })),
    unclear: unclear.length === 0 ? undefined : unclear.map(each => present({ ...each })),
  })
}

function imageJson(image: ShownImage): Document {
  const { labels, deployments, unread } = image
  const [dockerTag] = imageTags(image.tags)
  return present({
    ...repositoryJson(image.repository),
    processes: image.processes,
    dockerTag,
    tags: image.tags,
    digest: image.digest,
    status: image.status,
    gitHash: gitHashOf(image),
    version: labels[imageLabels.version],
    source: labels[imageLabels.source],
    initiator: labels[imageLabels.initiator],
    createdAt: iso(image.createdAt),
    pushedAt: iso(image.pushedAt),
    lastPulledAt: iso(image.pulledAt),
    sizeInBytes: image.sizeInBytes,
    platforms: image.platforms.map(platformJson),
    labels,
    ...imageUsesJson(image.uses),
    deployments: {
      total: deployments.total,
      isAll: deployments.isAll,
      newest: deployments.newest.map(({ id, process, state, createdAt }) =>
        present({ id, process, status: statusOf(state), createdAt: iso(createdAt) }),
      ),
    },
    unread: unread.length === 0 ? undefined : unread.map(each => ({ ...each })),
  })
}

function repositoryJson(uri: string): { readonly repository: string; readonly uri: string } {
  return { repository: repositoryPath(uri), uri }
}

function platformJson({ scan, ...platform }: ShownPlatform): Document {
  return present({
    ...platform,
    scan:
      scan &&
      present({ status: scan.status, findings: { ...scan.findings }, scannedAt: iso(scan.scannedAt) }),
  })
}
