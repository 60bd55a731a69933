import type { Mistake } from '../mistakes/mistake.ts'
import type { TapitFile } from '../schema.ts'

/** Far more than a stack of CloudFormation (500 resources) or a load balancer (100 rules) holds; what is beyond them need not be looked at. */
const most = {
  environments: 50,
  processes: 100,
  routes: 100,
  schedules: 100,
  strategies: 100,
  policies: 100,
  groups: 50,
} as const

/** That nothing is there more often than AWS could ever hold. */
export function checkAmounts(settings: TapitFile): readonly Mistake[] {
  const amounts = [
    ['environments', settings.environments],
    ['processes', settings.processes],
    ['routes', settings.routes],
    ['schedules', settings.schedules],
    ['strategies', settings.strategies],
    ['policies', settings.policies],
    ['groups', settings.groups],
  ] as const
  return amounts
    .map(([section, members]) => ({ section, amount: Object.keys(members ?? {}).length }))
    .filter(({ section, amount }) => amount > most[section])
    .map(({ section, amount }) => ({
      path: [section],
      on: 'key',
      message: `${amount} are too many. Allowed: ${most[section]}; put some of them into an app of their own.`,
    }))
}
