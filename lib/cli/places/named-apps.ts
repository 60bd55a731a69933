import type { FolderEnvironments, PlacedEnvironment } from '../../config/environments-of-folder.ts'
import { allowedNames } from '../../config/wording/allowed-names.ts'
import { Refusal } from '../../names/refusal.ts'
import type { AppAt } from './open-app-at.ts'

/**
 * The apps that `apps=` names: environments of tapit.yml, by their own names, those of their clusters or those of groups of them; what
 * is none of these is a cluster, where the command itself works or in the region that is said: `shop-us@us-west-2`.
 */
export function namedApps(words: readonly string[], file: FolderEnvironments | undefined): readonly AppAt[] {
  const named = words.flatMap(word => appsOf(word, file))
  return named.filter((each, index) => named.findIndex(other => isSame(each, other)) === index)
}

function appsOf(word: string, file: FolderEnvironments | undefined): readonly AppAt[] {
  const group = file?.groups.get(word)
  if (file !== undefined && group !== undefined)
    return group.map(environment => appOf(environmentOf(environment, word, file), environment))
  const own = file?.environments.find(({ environment }) => environment === word)
  return [own === undefined ? elsewhere(word, file) : appOf(own, word)]
}

function environmentOf(name: string, group: string, file: FolderEnvironments): PlacedEnvironment {
  const found = file.environments.find(({ environment }) => environment === name)
  if (found !== undefined) return found
  throw new Refusal({
    code: 'bad_config',
    exit: 'usage',
    message: `${file.file}: the group ${group} names an environment "${name}" that there is not. ${allowedNames(
      name,
      file.environments.map(({ environment }) => environment),
    )}`,
  })
}

function appOf(own: PlacedEnvironment, said: string): AppAt {
  const { environment: _, ...place } = own
  return { ...place, said, isRegionSaid: false }
}

/** `shop-us`, `shop-us@us-west-2`. */
export function elsewhere(said: string, file: FolderEnvironments | undefined): AppAt {
  const [cluster = '', region, ...more] = said.split('@')
  const isWhole = clusterNames.test(cluster) && (region === undefined || regions.test(region))
  if (!isWhole || more.length > 0)
    throw new Refusal({
      code: 'bad_app',
      exit: 'usage',
      message: `"${said}" names no app.`,
      advice: 'Allowed: the name of an app, shop-us, or with its region, shop-us@us-west-2.',
    })
  const own = file && onlyOne(said, { cluster, region, file })
  const folderRegion = region === undefined ? file?.region : undefined
  return {
    ...(own === undefined ? { cluster } : appOf(own, said)),
    said,
    ...(region !== undefined && { region }),
    ...(own === undefined && folderRegion !== undefined && { folderRegion }),
    isRegionSaid: region !== undefined,
  }
}

type Wanted = {
  readonly cluster: string
  readonly region: string | undefined
  readonly file: FolderEnvironments
}

/** The environment with this cluster; refused where it could be one or the other. */
function onlyOne(said: string, { cluster, region, file }: Wanted): PlacedEnvironment | undefined {
  const [first, ...others] = file.environments.filter(
    each => each.cluster === cluster && (region === undefined || each.region === region),
  )
  if (first === undefined) return undefined
  if (others.every(each => isSame(each, first) && each.account === first.account)) return first
  const names = [first, ...others].map(({ environment }) => environment)
  throw new Refusal({
    code: 'ambiguous_app',
    exit: 'usage',
    message: `"${said}" is the app of several environments of ${file.file}: ${names.join(', ')}.`,
    advice: `Say which by its name: apps=${first.environment}, or all of them: apps=${names.join(',')}`,
  })
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html */
const clusterNames = /^[\w-]{1,255}$/
const regions = /^[a-z]{2}(?:-[a-z]+)+-\d+$/

type Located = Pick<AppAt, 'cluster' | 'region' | 'profile'>

function isSame(one: Located, other: Located): boolean {
  return one.cluster === other.cluster && one.region === other.region && one.profile === other.profile
}
