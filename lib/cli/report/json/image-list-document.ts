import type { ImageList, ListedImage, ListedRepository } from '../../../actions/images/list-images.ts'
import { imageTags } from '../../wording/image-tags.ts'
import { repositoryPath } from '../../../names/repository-path.ts'
import { type Document, schemaVersion } from './document.ts'
import { imageUsesJson } from './image-uses-json.ts'
import { iso } from './iso.ts'
import { present } from './present.ts'

/** What `list images` answers under `-o json`. */
export function imageListDocument({ app, environment, repositories, unclear }: ImageList): Document {
  return present({
    schemaVersion,
    app,
    environment,
    repositories: repositories.map(repositoryJson),
    unclear: unclear.length === 0 ? undefined : unclear.map(each => present({ ...each })),
  })
}

function repositoryJson({ uri, processes, total, images, gone }: ListedRepository): Document {
  return present({
    repository: repositoryPath(uri),
    uri,
    processes,
    total,
    images: images.map(imageJson),
    gone:
      gone.length === 0
        ? undefined
        : gone.map(({ digest, uses }) => present({ digest, ...imageUsesJson(uses) })),
  })
}

function imageJson(image: ListedImage): Document {
  const [dockerTag] = imageTags(image.tags)
  return present({
    dockerTag,
    tags: image.tags,
    digest: image.digest,
    pushedAt: iso(image.pushedAt),
    sizeInBytes: image.sizeInBytes,
    lastPulledAt: iso(image.pulledAt),
    status: image.status,
    platforms: image.platforms?.map(platform => present({ ...platform })),
    ...imageUsesJson(image.uses),
  })
}
