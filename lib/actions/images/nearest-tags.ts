import { isDeployable, isDeployableTag } from '../../images/is-deployable.ts'
import { newestImages } from '../../images/newest-images.ts'
import type { ImageStore } from '../../images/ports.ts'
import { nearest } from '../../names/nearest.ts'

/** A tag that is missing is often asked for by a program, which needs no suggestions: they must not take long. */
const mostPages = 3
const mostNamed = 3

/** Tags of a repository that look like the one that was meant, else those of the newest images. */
export async function nearestTags(
  repository: string,
  tag: string,
  store: Pick<ImageStore, 'page'>,
): Promise<readonly string[]> {
  const newest = newestImages(mostNamed)
  const tags: string[] = []
  let next: string | undefined
  for (let read = 0; read < mostPages; read += 1) {
    const page = await store.page(repository, next, 'tagged')
    for (const image of page.images.filter(isDeployable)) {
      newest.add(image)
      tags.push(...image.tags.filter(isDeployableTag))
    }
    next = page.next
    if (next === undefined) break
  }
  const alike = nearest(tag, tags)
  if (alike.length > 0) return alike
  return newest.found().flatMap(image => image.tags.find(isDeployableTag) ?? [])
}
