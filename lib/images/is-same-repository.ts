/** A registry has several hosts: dual stack, FIPS. */
const pattern = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z0-9.-]+\/(.+)$/

/** Whether two URIs name the same repository of ECR. */
export function isSameRepository(one: string, other: string): boolean {
  const [, ...place] = pattern.exec(one) ?? []
  const [, ...otherPlace] = pattern.exec(other) ?? []
  return one === other || (place.length > 0 && place.join(' ') === otherPlace.join(' '))
}
