/** `123456789012.dkr.ecr.eu-west-1.amazonaws.com` of a repository's URI. */
export function registryOf(repository: string): string {
  const end = repository.indexOf('/')
  return end === -1 ? repository : repository.slice(0, end)
}
