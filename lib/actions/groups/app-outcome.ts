import type { Deployment } from '../../deployment/deployment.ts'
import type { ExitName, Refusal } from '../../names/refusal.ts'
import type { Group, GroupMember } from '../../records/group.ts'
import type { Plan } from '../plan/plan.ts'
import type { GroupApp } from './group-app.ts'
import type { PlacedApp } from './is-same-app.ts'

/** How it ended in one app of a group. */
export type AppOutcome = {
  readonly label: string
  readonly place: PlacedApp
  /** Absent where it could not be opened. */
  readonly app?: GroupApp
  readonly exit: ExitName
  readonly plan?: Plan
  readonly group?: Group
  readonly deployments: readonly Deployment[]
  /** Of deployments whose records are not there. */
  readonly missing?: readonly string[]
  /** Members of which nothing is known. */
  readonly unknown?: readonly GroupMember[]
  /** Why it broke off there, or why nothing is known of it. */
  readonly error?: Refusal
}
