import type { Refusal } from '../../names/refusal.ts'
import { type RefusedApp, refuseTogether } from './refuse-together.ts'

export type RefuseDeploysOptions = {
  /** Whether it is one of several apps. */
  readonly isAmongOthers: boolean
  /** The command that leaves them out; absent where no app would be left. */
  readonly without: string | undefined
}

/** Nothing is deployed to any app where one of them is refused. */
export function refuseDeploys(
  refused: readonly RefusedApp[],
  { isAmongOthers, without }: RefuseDeploysOptions,
): Refusal {
  return refuseTogether(refused, [
    ...(isAmongOthers ? ['Nothing was deployed to any of the apps.'] : []),
    ...(without === undefined ? [] : [`Without ${refused.length === 1 ? 'it' : 'them'}: ${without}`]),
  ])
}
