import { hash } from './hash.ts'

const hashLength = 6

/**
 * A name for AWS out of its parts, `shop-staging-worker-blue`, within AWS's limit and of letters, digits and single hyphens. What had to be
 * shortened or spelled otherwise ends in a hash of the whole: names that differ stay different, and the same parts always give the same name.
 */
export function shortName(parts: readonly string[], limit: number): string {
  const whole = parts.join('-')
  const plain = whole.replaceAll(/[^a-zA-Z0-9]+/g, '-').replaceAll(/^-|-$/g, '')
  if (plain === whole && whole.length <= limit) return whole
  const ending = `-${hashOf(whole)}`
  return `${plain.slice(0, limit - ending.length).replace(/-$/, '')}${ending}`
}

function hashOf(text: string): string {
  return hash(text).toString(36).padStart(hashLength, '0').slice(-hashLength)
}
