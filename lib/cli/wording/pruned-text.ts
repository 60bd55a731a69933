import { counted } from './counted.ts'
import { repositoryPath } from '../../names/repository-path.ts'

/** What went out of a repository with a deploy. */
export function prunedText({
  repository,
  images,
  revisions,
}: {
  readonly repository: string
  readonly images: number
  readonly revisions: number
}): string {
  const gone = [
    ...(images === 0 ? [] : [`deleted ${counted(images, 'old image')} from ${repositoryPath(repository)}`]),
    ...(revisions === 0 ? [] : [`deregistered ${counted(revisions, 'old revision')}`]),
  ]
  return `${gone.join(', ')} (images.keep).`
}
