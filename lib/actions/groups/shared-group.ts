import type { GroupMember } from '../../records/group.ts'
import type { Ports } from '../ports.ts'
import { isSameApp, type PlacedApp } from './is-same-app.ts'

/** A group that several deploys have in common: each writes down its own app's copy of it, with the members of all. */
export type SharedGroup = {
  readonly id: string
  /** The app that this deploy is of. */
  readonly own: PlacedApp
  /** Of all apps. Known when the last of them is planned, before the first is recorded. */
  members(): readonly GroupMember[]
}

/** Draws up a group over several apps. */
export function drawGroup({ newId }: Pick<Ports, 'newId'>): {
  readonly id: string
  shareOf(own: PlacedApp): SharedGroup
  /** Says which processes of an app are deployed. */
  add(own: PlacedApp, processes: readonly string[]): void
} {
  const id = newId('grp')
  const members: GroupMember[] = []
  return {
    id,
    shareOf: own => ({ id, own, members: () => members }),
    add: ({ app, region, account }, processes) =>
      void members.push(
        ...processes.map(process => ({
          app,
          id: newId('dep'),
          process,
          ...(region !== undefined && { region }),
          ...(account !== undefined && { account }),
        })),
      ),
  }
}

/** The id that a deployment of this process was given, if it was given one. */
export function drawnId({ own, members }: SharedGroup, process: string): string | undefined {
  return members().find(each => each.process === process && isSameApp(each, own))?.id
}
