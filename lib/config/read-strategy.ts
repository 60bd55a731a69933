import { checkStrategy } from './checks/strategies.ts'
import { formed } from './form-mistakes.ts'
import type { Mistake } from './mistakes/mistake.ts'
import type { Plain } from './plain-values.ts'
import type { StrategySettings } from './schema.ts'

export type ReadStrategy =
  | { readonly settings: StrategySettings }
  | { readonly settings?: undefined; readonly mistakes: readonly StrategyMistake[] }

export type StrategyMistake = {
  /** The key that is wrong; absent where it is the whole. */
  readonly key?: string
  /** `250 is not allowed. Allowed: 0.1 to 100.` */
  readonly message: string
}

/** Settings of a strategy that come from elsewhere than tapit.yml, held to the same schema and rules. */
export function readStrategy(value: Plain): ReadStrategy {
  // As tapit.yml would have it, so that there is one schema and one way to say what is wrong.
  const { settings, ...form } = formed(
    { app: place, processes: {}, strategies: { [place]: value } },
    () => undefined,
  )
  if (settings === undefined) return { mistakes: inKeys('mistakes' in form ? form.mistakes : []) }
  const strategy = settings.strategies?.[place]
  if (strategy === undefined) return { mistakes: [{ message: 'is missing.' }] }
  const mistakes = checkStrategy(strategy, path)
  return mistakes.length > 0 ? { mistakes: inKeys(mistakes) } : { settings: strategy }
}

const place = 'strategy'
const path = ['strategies', place] as const

function inKeys(mistakes: readonly Mistake[]): readonly StrategyMistake[] {
  return mistakes.map(({ path: at, message }) => {
    const key = at.slice(path.length).join('.')
    return { message, ...(key !== '' && { key }) }
  })
}
