import type { Group } from '../../records/group.ts'
import { isSameApp, type PlacedApp } from './is-same-app.ts'

/** The apps that a group is over, each once, in the order of its members. */
export function appsOfGroup({ members }: Pick<Group, 'members'>): readonly PlacedApp[] {
  const apps = members.map(({ app, region, account }): PlacedApp => ({
    app,
    ...(region !== undefined && { region }),
    ...(account !== undefined && { account }),
  }))
  return apps.filter((each, index) => apps.findIndex(other => isSameApp(each, other)) === index)
}
