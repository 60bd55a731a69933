import type { StrategyType } from '../../names/vocabulary.ts'

type Named = { readonly strategy: StrategyType; readonly strategyName?: string }

/** What people call the strategy: by its name in tapit.yml, else by its type. */
export function strategyLabel({ strategy, strategyName }: Named): string {
  return strategyName ?? strategy
}
