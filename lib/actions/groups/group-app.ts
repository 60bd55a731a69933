import type { Ports } from '../ports.ts'
import type { Observer } from '../observe/observer.ts'
import type { PlacedApp } from './is-same-app.ts'

/** One app of a group, and everything outside as it is seen from there: its region, its credentials. */
export type GroupApp = {
  /** As people say it: by its own name alone where no other app of the group has it. */
  readonly label: string
  /** Where it is. */
  readonly place: PlacedApp
  readonly ports: Ports
  readonly observer: Observer
}
