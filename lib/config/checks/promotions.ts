import type { Mistake } from '../mistakes/mistake.ts'
import { environmentsOf, ownSettings } from '../resolve-app.ts'
import { quote } from '../wording/quote.ts'
import { unknownName } from './unknown-name.ts'
import type { View } from './view.ts'

/** Images come from another environment, and one that a role of this account can reach. */
export function checkPromotions({ settings, environment, app: { account } }: View): readonly Mistake[] {
  const names = environmentsOf(settings).filter(name => name !== environment)
  const sources = ownSettings(settings, environment)?.promotesFrom ?? []
  return sources.flatMap((source, index) => {
    const path = ['environments', environment, 'promotesFrom', index]
    const unknown = unknownName({ what: 'other environment', name: source, names, path })
    if (unknown.length > 0) return unknown
    const other = ownSettings(settings, source)?.account
    if (account === undefined || other === undefined || account === other) return []
    return [
      {
        path,
        message: `${quote(source)} is not allowed: it is in the account ${other}, ${environment} in ${account}, and no role of the one can be given what is in the other. Allowed: environments of the same account; docs/promote.md says what others take.`,
      },
    ]
  })
}
