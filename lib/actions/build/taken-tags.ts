import { isImmutable } from '../../images/is-immutable.ts'
import type { BuildMeans } from './build-request.ts'
import type { PreparedBuild } from './prepare-build.ts'

/** The digests of the images that have the tag already and keep it, by repository: a push would be refused after the whole build. */
export async function takenTags(
  { targets, dockerTag }: Pick<PreparedBuild, 'targets' | 'dockerTag'>,
  { images, imageStore }: Pick<BuildMeans['ports'], 'images' | 'imageStore'>,
): Promise<ReadonlyMap<string, string>> {
  const uris = [...new Set(targets.map(({ repository }) => repository))]
  const [repositories, found] = await Promise.all([
    imageStore.repositories(uris),
    Promise.all(uris.map(async uri => [uri, await images.find(uri, { tag: dockerTag })] as const)),
  ])
  return new Map(
    found.flatMap(([uri, image]) => {
      const repository = repositories.find(each => each.uri === uri)
      const stays = repository !== undefined && isImmutable(repository, dockerTag)
      return image !== undefined && stays ? [[uri, image.digest] as const] : []
    }),
  )
}
