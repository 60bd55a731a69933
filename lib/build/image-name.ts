import { repositoryPath } from '../names/repository-path.ts'

type Image = {
  readonly processes: readonly string[]
  /** URI without tag. */
  readonly repository: string
}

/** What rows and messages call an image: its process, or the repository where several processes share it. */
export function imageName({ processes, repository }: Image): string {
  const [only, second] = processes
  return only !== undefined && second === undefined ? only : repositoryPath(repository)
}
