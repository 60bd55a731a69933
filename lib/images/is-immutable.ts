import type { Repository } from './ports.ts'

/** Whether a tag, once given, stays with its image in this repository. */
export function isImmutable({ mutability, exclusions }: Repository, tag: string): boolean {
  const isExcluded = exclusions.some(pattern => wildcard(pattern).test(tag))
  return mutability.startsWith('IMMUTABLE') !== isExcluded
}

function wildcard(pattern: string): RegExp {
  const parts = pattern.split('*').map(part => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('.*')}$`)
}
