import { isImmutable } from '../../images/is-immutable.ts'
import type { Repository } from '../../images/ports.ts'
import type { BuildMeans } from './build-request.ts'

/** The digests of the images that have the tag already and keep it, by repository: a push would be refused after the whole build. */
export async function takenTags(
  { repositories, dockerTag }: { readonly repositories: readonly Repository[]; readonly dockerTag: string },
  { images }: Pick<BuildMeans['ports'], 'images'>,
): Promise<ReadonlyMap<string, string>> {
  const keeping = repositories.filter(repository => isImmutable(repository, dockerTag))
  const found = await Promise.all(
    keeping.map(async ({ uri }) => [uri, await images.find(uri, { tag: dockerTag })] as const),
  )
  return new Map(found.flatMap(([uri, image]) => (image === undefined ? [] : [[uri, image.digest] as const])))
}
