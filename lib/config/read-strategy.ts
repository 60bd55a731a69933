import { checkStrategy } from './checks/strategies.ts'
import { formed } from './form-mistakes.ts'
import { type KeyedMistake, keyedMistakes } from './mistakes/keyed-mistake.ts'
import type { Plain } from './plain-values.ts'
import type { StrategySettings } from './schema.ts'

export type ReadStrategy =
  | { readonly settings: StrategySettings }
  | { readonly settings?: undefined; readonly mistakes: readonly KeyedMistake[] }

/** Settings of a strategy that come from elsewhere than tapit.yml, held to the same schema and rules. */
export function readStrategy(value: Plain): ReadStrategy {
  // As tapit.yml would have it, so that there is one schema and one way to say what is wrong.
  const { settings, ...form } = formed(
    { app: place, processes: {}, strategies: { [place]: value } },
    () => undefined,
  )
  if (settings === undefined)
    return { mistakes: keyedMistakes('mistakes' in form ? form.mistakes : [], path) }
  const strategy = settings.strategies?.[place]
  if (strategy === undefined) return { mistakes: [{ message: 'is missing.' }] }
  const mistakes = checkStrategy(strategy, path)
  return mistakes.length > 0 ? { mistakes: keyedMistakes(mistakes, path) } : { settings: strategy }
}

const place = 'strategy'
const path = ['strategies', place] as const
