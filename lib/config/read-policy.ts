import { checkPolicy } from './checks/policies.ts'
import { formed } from './form-mistakes.ts'
import { type KeyedMistake, keyedMistakes } from './mistakes/keyed-mistake.ts'
import type { Plain } from './plain-values.ts'
import type { PolicySettings } from './schema.ts'

export type ReadPolicy =
  | { readonly policy: PolicySettings }
  | { readonly policy?: undefined; readonly mistakes: readonly KeyedMistake[] }

/** A policy that comes from elsewhere than tapit.yml, held to the same schema and rules. */
export function readPolicy(value: Plain): ReadPolicy {
  // As tapit.yml would have it, so that there is one schema and one way to say what is wrong.
  const { settings, ...form } = formed({ app: 'policy', processes: {}, policies: [value] }, () => undefined)
  if (settings === undefined)
    return { mistakes: keyedMistakes('mistakes' in form ? form.mistakes : [], path) }
  const [policy] = settings.policies ?? []
  if (policy === undefined) return { mistakes: [{ message: 'is missing.' }] }
  const mistakes = checkPolicy(policy, path)
  return mistakes.length > 0 ? { mistakes: keyedMistakes(mistakes, path) } : { policy }
}

const path = ['policies', 0] as const
