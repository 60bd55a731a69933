import type { OpenApp } from '../../actions/groups/look-at-group.ts'
import { appsOfGroup } from '../../actions/groups/apps-of-group.ts'
import { isSameApp } from '../../actions/groups/is-same-app.ts'
import { refusalOf } from '../../actions/groups/refusal-of.ts'
import { environmentsOfFolder, type FolderEnvironments } from '../../config/environments-of-folder.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Group } from '../../records/group.ts'
import type { Invocation } from '../command.ts'
import { type Context, openContext } from '../context.ts'
import type { Io } from '../io.ts'
import { type AppAt, openAppAt } from '../places/open-app-at.ts'

type World = { readonly invocation: Invocation; readonly io: Io }

export type OpenedGroup = {
  readonly group: Group
  /** Of the app in whose records it was found. */
  readonly context: Context
  readonly isOverApps: boolean
  /** Opens each of its apps where it is: with the profile that tapit.yml has for it, else with the command's own credentials. */
  readonly open: (...place: Parameters<OpenApp>) => Promise<Context>
}

/**
 * Finds a group in the records of the app that the command is about; where nobody said which, in those of the environments of tapit.yml.
 * Without an id it is the newest of them.
 */
export async function openGroup(id: string | undefined, world: World): Promise<OpenedGroup> {
  if (id !== undefined && !id.startsWith('grp_'))
    throw new Refusal({
      code: 'bad_id',
      exit: 'usage',
      message: `"${id}" is no id of a group.`,
      advice: 'They begin with grp_: tapit show deploy tells the group of each deployment.',
    })
  const contexts = await contextsOf(world)
  const looked = await Promise.all(
    contexts.map(async open => {
      try {
        const context = await open()
        const { records } = context.ports
        const group =
          id === undefined
            ? await records.newestGroup(context.cluster)
            : await records.group(context.cluster, id)
        return { context, group }
      } catch (error) {
        return { error: refusalOf(error) }
      }
    }),
  )
  const found = looked.flatMap(({ context, group }) => (group && context ? [{ context, group }] : []))
  const [newest] = found.toSorted((a, b) => (a.group.id < b.group.id ? 1 : -1))
  if (newest === undefined) return refuseUnfound(id, looked)
  const { group, context } = newest
  return {
    group,
    context,
    isOverApps: appsOfGroup(group).length > 1,
    open: openerOf(newest, world),
  }
}

/** The apps in whose records a group may be. */
async function contextsOf(world: World): Promise<readonly (() => Promise<Context>)[]> {
  const { invocation, io } = world
  const { app, environment } = invocation.global
  const isSaid = app !== undefined || environment !== undefined || Boolean(io.env['TAPIT_APP'])
  const file = isSaid ? undefined : environmentsOfFolder(io.cwd)
  if (file === undefined) return [() => openContext(invocation, io)]
  const places = file.environments.map(({ environment: said, ...at }): AppAt => ({
    ...at,
    said,
    isRegionSaid: false,
  }))
  return places.map(at => () => openAppAt(at, places, world))
}

function openerOf(
  { context, group }: Pick<OpenedGroup, 'context' | 'group'>,
  world: World,
): OpenedGroup['open'] {
  const file = fileOf(world.io)
  const places = appsOfGroup(group)
  const apps = places.map(({ app, region }): AppAt => {
    const own = file?.environments.find(
      each => each.cluster === app && (each.region === undefined || each.region === region),
    )
    return {
      said: app,
      cluster: app,
      isRegionSaid: region !== undefined,
      ...(region !== undefined && { region }),
      ...(own?.profile !== undefined && { profile: own.profile }),
    }
  })
  return async place => {
    if (isSameApp(place, group)) return context
    const at = apps[places.findIndex(each => isSameApp(each, place))]
    if (at === undefined) throw new Error(`${place.app} is no app of ${group.id}`)
    return openAppAt(at, apps, world)
  }
}

/** A file that cannot be read keeps nobody from a group whose apps are found without it. */
function fileOf({ cwd }: Io): FolderEnvironments | undefined {
  try {
    return environmentsOfFolder(cwd)
  } catch (error) {
    refusalOf(error)
    return undefined
  }
}

function refuseUnfound(
  id: string | undefined,
  looked: readonly { readonly error?: Refusal; readonly context?: Context }[],
): never {
  const [first] = looked.flatMap(({ error }) => error ?? [])
  const apps = looked.flatMap(({ context }) => context?.cluster ?? [])
  if (first !== undefined && apps.length === 0) throw first
  throw new Refusal({
    code: id === undefined ? 'no_deployments' : 'unknown_deployment',
    message:
      id === undefined
        ? `nothing was ever deployed to ${apps.join(', ')} with tapit.`
        : `${apps.join(', ')} ${apps.length === 1 ? 'has' : 'have'} no group ${id}.`,
    advice: [
      ...(first === undefined ? [] : [`One app could not be asked: ${first.message}`]),
      'Say one of its apps: tapit -a shop-us show group id=grp_… , with its region shop-us@us-west-2 where it is elsewhere.',
    ].join('\n'),
  })
}
