import type { Deployment } from '../../deployment/deployment.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Group } from '../../records/group.ts'
import type { Records, Stored } from '../../records/records.ts'
import { ownMembers } from '../groups/own-members.ts'

export type FoundDeployments = {
  readonly group: Group
  readonly deployments: readonly Stored<Deployment>[]
  /** Ids of the group's members whose records are not there. */
  readonly missing: readonly string[]
}

/** A group with its deployments: by its id, by the id of one of its deployments (that one alone), or the app's newest. */
export async function findDeployments(
  app: string,
  id: string | undefined,
  records: Records,
): Promise<FoundDeployments> {
  if (id === undefined) return newest(app, records)
  if (id.startsWith('grp_')) return ofGroup(app, id, records)
  if (id.startsWith('dep_')) return ofDeployment(app, id, records)
  throw new Refusal({
    code: 'bad_id',
    exit: 'usage',
    message: `"${id}" is no id of a deployment or a group.`,
    advice: `They begin with dep_ or grp_: tapit -a ${app} list deploys shows them.`,
  })
}

async function newest(app: string, records: Records): Promise<FoundDeployments> {
  const group = await records.newestGroup(app)
  if (group === undefined) {
    throw new Refusal({
      code: 'no_deployments',
      message: `nothing was ever deployed to ${app} with tapit.`,
      advice: `tapit -a ${app} create deploy --wait`,
    })
  }
  return withMembers(group, records)
}

async function ofGroup(app: string, id: string, records: Records): Promise<FoundDeployments> {
  const group = await records.group(app, id)
  if (group === undefined) throw unknownDeployment(app, id)
  return withMembers(group, records)
}

async function ofDeployment(app: string, id: string, records: Records): Promise<FoundDeployments> {
  const stored = await records.deployment(app, id)
  if (stored === undefined) throw unknownDeployment(app, id)
  return { group: await groupOf(stored.record, records), deployments: [stored], missing: [] }
}

/** Its group; of one that is alone there, as its command died before it wrote the group down, what the deployment itself tells. */
export async function groupOf(
  { app, id, groupId, caller, createdAt, initiator }: Deployment,
  records: Records,
): Promise<Group> {
  const alone: Group = {
    id: groupId,
    app,
    caller,
    createdAt,
    members: [{ app, id }],
    ...(initiator !== undefined && { initiator }),
  }
  return (await records.group(app, groupId)) ?? alone
}

async function withMembers(group: Group, records: Records): Promise<FoundDeployments> {
  const ids = ownMembers(group).map(({ id }) => id)
  const deployments = await records.deployments(group.app, ids)
  const found = new Set(deployments.map(({ record }) => record.id))
  return { group, deployments, missing: ids.filter(id => !found.has(id)) }
}

/** Nothing of the app has this id. */
export function unknownDeployment(app: string, id: string): Refusal {
  return new Refusal({
    code: 'unknown_deployment',
    message: `${app} has no ${id.startsWith('grp_') ? 'group' : 'deployment'} ${id}.`,
    advice: `tapit -a ${app} list deploys shows what there is.`,
  })
}
