import { appsOfGroup } from '../../actions/groups/apps-of-group.ts'
import { labelOfApp } from '../../actions/groups/label-of-app.ts'
import type { Group } from '../../records/group.ts'
import { commands } from './commands.ts'

/** That a group is over more apps than the one whose deployments are shown; nothing where it is not. */
export function otherAppsText(group: Group | undefined): string {
  if (group === undefined) return ''
  const apps = appsOfGroup(group)
  if (apps.length < 2) return ''
  const { app, region, account, id } = group
  return `This is one of the ${apps.length} apps of its group. All of them: ${commands.showGroup({ app: labelOfApp({ app, region, account }, apps), id })}`
}
