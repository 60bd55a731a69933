import type { Deployment } from '../../deployment/deployment.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Group, GroupMember } from '../../records/group.ts'
import type { Stored } from '../../records/records.ts'
import { reconcile } from '../settle/reconcile.ts'
import { appsOfGroup } from './apps-of-group.ts'
import type { GroupApp } from './group-app.ts'
import { labelOfApp } from './label-of-app.ts'
import { isSameApp, type PlacedApp } from './is-same-app.ts'
import { refusalOf } from './refusal-of.ts'

/** One app of a group as it stands, or why nothing is known of it: access is lost to one, and the others still want to be seen. */
export type GroupPart =
  | {
      readonly is: 'known'
      readonly app: GroupApp
      readonly deployments: readonly Stored<Deployment>[]
      /** Ids of members whose records are not there. */
      readonly missing: readonly string[]
    }
  | {
      readonly is: 'unknown'
      readonly label: string
      readonly place: PlacedApp
      readonly members: readonly GroupMember[]
      readonly error: Refusal
    }

/** Opens an app of a group where it is. */
export type OpenApp = (place: PlacedApp) => Promise<Pick<GroupApp, 'ports' | 'observer'>>

/** Reads all apps of a group at once, and brings their records up to date. */
export async function lookAtGroup(group: Group, open: OpenApp): Promise<readonly GroupPart[]> {
  const places = appsOfGroup(group)
  return Promise.all(
    places.map(async (place): Promise<GroupPart> => {
      const label = labelOfApp(place, places)
      const members = group.members.filter(member => isSameApp(member, place))
      try {
        const app = { label, place, ...(await open(place)) }
        await checkAccount(app)
        return { is: 'known', app, ...(await membersOf(app, members)) }
      } catch (error) {
        return { is: 'unknown', label, place, members, error: refusalOf(error) }
      }
    }),
  )
}

async function checkAccount({ place: { account }, ports: { identity } }: GroupApp): Promise<void> {
  if (account === undefined) return
  const caller = await identity.caller()
  if (caller.split(':')[4] === account) return
  throw new Refusal({
    code: 'wrong_account',
    message: `it is in account ${account}, and the credentials are those of ${caller}.`,
    advice: 'Use credentials of that account, or give its environment a profile in tapit.yml.',
  })
}

async function membersOf(
  { place, ports, observer }: GroupApp,
  members: readonly GroupMember[],
): Promise<{ readonly deployments: readonly Stored<Deployment>[]; readonly missing: readonly string[] }> {
  const ids = members.map(({ id }) => id)
  const stored = await ports.records.deployments(place.app, ids)
  const found = new Set(stored.map(({ record }) => record.id))
  return {
    deployments: await reconcile(stored, { ports, observer }),
    missing: ids.filter(id => !found.has(id)),
  }
}
