import { checkPolicy } from './checks/policies.ts'
import { formed } from './form-mistakes.ts'
import type { Mistake } from './mistakes/mistake.ts'
import type { Plain } from './plain-values.ts'
import type { PolicySettings } from './schema.ts'

export type ReadPolicy =
  | { readonly policy: PolicySettings }
  | { readonly policy?: undefined; readonly mistakes: readonly PolicyMistake[] }

export type PolicyMistake = {
  /** The key that is wrong; absent where it is the whole. */
  readonly key?: string
  /** `weekday: unknown key. …` without the key. */
  readonly message: string
}

/** A policy that comes from elsewhere than tapit.yml, held to the same schema and rules. */
export function readPolicy(value: Plain): ReadPolicy {
  // As tapit.yml would have it, so that there is one schema and one way to say what is wrong.
  const { settings, ...form } = formed({ app: 'policy', processes: {}, policies: [value] }, () => undefined)
  if (settings === undefined) return { mistakes: inKeys('mistakes' in form ? form.mistakes : []) }
  const [policy] = settings.policies ?? []
  if (policy === undefined) return { mistakes: [{ message: 'is missing.' }] }
  const mistakes = checkPolicy(policy, path)
  return mistakes.length > 0 ? { mistakes: inKeys(mistakes) } : { policy }
}

const path = ['policies', 0] as const

function inKeys(mistakes: readonly Mistake[]): readonly PolicyMistake[] {
  return mistakes.map(({ path: at, message }) => {
    const key = at.slice(path.length).join('.')
    return { message, ...(key !== '' && { key }) }
  })
}
