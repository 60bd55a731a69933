import type { FolderEnvironments } from '../../config/environments-of-folder.ts'
import { findConfigFile } from '../../config/find-config-file.ts'
import { Refusal } from '../../names/refusal.ts'
import { elsewhere } from './named-apps.ts'

export type PlaceOfApp = {
  readonly name: string
  readonly region?: string
  readonly profile?: string
  readonly isRegionSaid?: boolean
}

type PlaceOptions = {
  readonly cwd: string
  /** The cluster of an app in the environment that the command is about. */
  readonly clusterOf: (name: string) => string
}

/** An app that was named, `shop-us` or `shop-us@us-west-2`; where it is an environment of the folder's tapit.yml, it is where that says. */
export async function placeOfApp(said: string, { cwd, clusterOf }: PlaceOptions): Promise<PlaceOfApp> {
  const [name = ''] = said.split('@')
  const cluster = clusterOf(name)
  const region = said === name ? undefined : elsewhere(said, undefined).region
  const own = (await fileOf(cwd))?.environments.find(
    each => each.cluster === cluster && (region === undefined || (each.region ?? region) === region),
  )
  return {
    name,
    ...(own?.region !== undefined && { region: own.region }),
    ...(own?.profile !== undefined && { profile: own.profile }),
    ...(region !== undefined && { region, isRegionSaid: true }),
  }
}

/** Whoever names the app needs no file: one that is broken keeps nobody from anything. */
async function fileOf(cwd: string): Promise<FolderEnvironments | undefined> {
  if (findConfigFile(cwd) === undefined) return undefined
  const { environmentsOfFolder } = await import('../../config/environments-of-folder.ts')
  try {
    return environmentsOfFolder(cwd)
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}
