import type { Mistake } from '../mistakes/mistake.ts'
import { environmentsOf } from '../resolve-app.ts'
import type { TapitFile } from '../schema.ts'
import { checkAmounts } from './amounts.ts'
import { checkBuilds, checkOwnBuilds } from './builds.ts'
import { checkDomain, checkRecords } from './domains.ts'
import { checkEnforced } from './enforced.ts'
import { checkEnvironments } from './environments.ts'
import { checkExec } from './exec.ts'
import { checkGroups } from './groups.ts'
import { checkImages } from './images.ts'
import { checkKinds } from './kinds.ts'
import { checkLoadBalancer } from './load-balancer.ts'
import { checkNames } from './names.ts'
import { checkPolicies } from './policies.ts'
import { checkProcessStrategies } from './process-strategies.ts'
import { checkPromotions } from './promotions.ts'
import { checkReach } from './reach.ts'
import { checkRelease } from './release.ts'
import { checkRoutes } from './routes.ts'
import { checkSchedules } from './schedules.ts'
import { checkSizes } from './sizes.ts'
import { checkStrategies } from './strategies.ts'
import { checkVariables } from './variables.ts'
import { viewOf } from './view.ts'

/** What a file says by itself, whatever the environment. */
const ofFile = [
  checkEnvironments,
  checkGroups,
  checkRoutes,
  checkSchedules,
  checkStrategies,
  checkPolicies,
  checkRelease,
  checkBuilds,
]

/** What comes out of it in one environment. */
const ofEnvironment = [
  checkReach,
  checkKinds,
  checkExec,
  checkSizes,
  checkVariables,
  checkImages,
  checkOwnBuilds,
  checkProcessStrategies,
  checkDomain,
  checkLoadBalancer,
  checkEnforced,
  checkPromotions,
]

/** What its environments are to each other. */
const ofAll = [checkNames, checkRecords]

/** What names something else in the file, and what each strategy and policy says: whatever the environment. */
export function checkFile(settings: TapitFile): readonly Mistake[] {
  const tooMany = checkAmounts(settings)
  return tooMany.length > 0 ? tooMany : ofFile.flatMap(check => check(settings))
}

/** Everything that spans several keys, in every environment: a file is good for all of them, or refused. */
export function checkSettings(settings: TapitFile): readonly Mistake[] {
  const tooMany = checkAmounts(settings)
  if (tooMany.length > 0) return tooMany
  const views = environmentsOf(settings).map(environment => viewOf(settings, environment))
  return [
    ...checkFile(settings),
    ...views.flatMap(view => ofEnvironment.flatMap(check => check(view))),
    ...ofAll.flatMap(check => check(views)),
  ]
}
