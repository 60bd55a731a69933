import { clusterName, defaultEnvironment } from '../names/aws.ts'
import { memberOf } from './yaml/member-of.ts'
import type { Source } from './yaml/source.ts'
import { textOf } from './yaml/text-of.ts'
import { yamlOfFolder } from './yaml-of-folder.ts'

/** Where a tapit.yml says that the app is in one of its environments. */
export type PlacedEnvironment = {
  readonly environment: string
  readonly cluster: string
  readonly region?: string
  readonly profile?: string
  readonly account?: string
}

export type FolderEnvironments = {
  /** As messages name it. */
  readonly file: string
  readonly app: string
  /** Of every environment that says none. */
  readonly region?: string
  readonly environments: readonly PlacedEnvironment[]
  /** Names of environments, by the name of the group. */
  readonly groups: ReadonlyMap<string, readonly string[]>
}

/** The environments of the tapit.yml in this folder or one above, and its groups of them; absent if there is none. As `appOfFolder`, it reads no more than it needs. */
export function environmentsOfFolder(folder: string): FolderEnvironments | undefined {
  const found = yamlOfFolder(folder)
  if (found === undefined) return undefined
  const { file, root } = found
  const app = textOf(root, 'app')
  if (app === undefined) return undefined
  const region = textOf(root, 'region')
  const named = entriesOf(memberOf(root, 'environments'))
  const groups = entriesOf(memberOf(root, 'groups')).map(
    ([name, members]) => [name, textsOf(members)] as const,
  )
  return {
    file,
    app,
    ...(region !== undefined && { region }),
    environments: (named.length === 0 ? [[defaultEnvironment, undefined] as const] : named).map(
      ([environment, own]) => placed(environment, { app, own, root }),
    ),
    groups: new Map(groups),
  }
}

type Written = {
  readonly app: string
  readonly own: Source | undefined
  readonly root: Source | undefined
}

function placed(environment: string, { app, own, root }: Written): PlacedEnvironment {
  const region = textOf(own, 'region') ?? textOf(root, 'region')
  const profile = textOf(own, 'profile')
  const account = textOf(own, 'account')
  return {
    environment,
    cluster: textOf(own, 'cluster') ?? clusterName(app, environment),
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    ...(account !== undefined && { account }),
  }
}

function entriesOf(source: Source | undefined): readonly (readonly [string, Source])[] {
  return source?.is === 'map' ? [...source.entries].map(([name, { value }]) => [name, value] as const) : []
}

function textsOf(source: Source): readonly string[] {
  return source.is === 'list' ? source.items.flatMap(item => (item.is === 'scalar' ? item.text : [])) : []
}
