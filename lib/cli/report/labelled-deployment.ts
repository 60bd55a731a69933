import type { GroupApp } from '../../actions/groups/group-app.ts'
import type { Deployment } from '../../deployment/deployment.ts'

/** With the app's name as it is told in the group. */
export function labelledDeployment(deployment: Deployment, { label }: Pick<GroupApp, 'label'>): Deployment {
  return deployment.app === label ? deployment : { ...deployment, app: label }
}
