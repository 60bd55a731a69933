import type { Deployment } from '../../deployment/deployment.ts'
import type { ExitName } from '../../names/refusal.ts'
import type { DeployEnd } from '../deploy/deploy-options.ts'
import type { Plan } from '../plan/plan.ts'
import type { AppOutcome } from './app-outcome.ts'
import { exitOfAll } from '../exit-of-all.ts'
import { exitOfRefusal } from '../exit-of-refusal.ts'
import type { GroupApp } from './group-app.ts'
import { refusalOf } from './refusal-of.ts'
import { refuseTogether } from './refuse-together.ts'
import type { SideEnd } from '../side-by-side.ts'

export type GroupEnd = { readonly exit: ExitName; readonly apps: readonly AppOutcome[] }

type End = Omit<DeployEnd, 'plan'> & { readonly plan?: Plan; readonly deployments: readonly Deployment[] }

/** How a command ended in each of its apps; refuses where it did in none of them what it was to do. */
export function groupEnd(ends: readonly SideEnd<GroupApp, End>[]): GroupEnd {
  const apps = ends.map((each): AppOutcome => {
    const { app } = each
    const about = { app, label: app.label, place: app.place }
    if (each.is === 'ended') return { ...about, ...each.end }
    const error = refusalOf(each.error)
    return { ...about, error, exit: exitOfRefusal(error), deployments: [] }
  })
  const broken = apps.flatMap(({ label, error }) => (error === undefined ? [] : [{ label, error }]))
  if (broken.length === apps.length) throw refuseTogether(broken)
  return { apps, exit: exitOfAll(apps.map(({ exit }) => exit)) }
}
