import { clusterName, defaultEnvironment } from '../names/aws.ts'
import { Refusal } from '../names/refusal.ts'
import { allowedNames } from './wording/allowed-names.ts'
import { quote } from './wording/quote.ts'
import { memberOf } from './yaml/member-of.ts'
import type { Source } from './yaml/source.ts'
import { textOf } from './yaml/text-of.ts'
import { yamlOfFolder } from './yaml-of-folder.ts'

/** What a folder's tapit.yml says of the app, as far as the deploy commands need it. */
export type FolderApp = {
  readonly app: string
  /** The app in its environment. */
  readonly cluster: string
  readonly region?: string
  readonly profile?: string
  /** As messages name it. */
  readonly file: string
}

export type AppOfFolderOptions = {
  /** @default production */
  readonly environment?: string
}

/**
 * Reads what it needs of the tapit.yml in this folder or one above; absent if there is none. A mistake elsewhere in the file keeps nobody
 * from `tapit status` at 3 a.m., and the schema is not even loaded.
 */
export function appOfFolder(folder: string, options: AppOfFolderOptions = {}): FolderApp | undefined {
  const found = yamlOfFolder(folder)
  if (found === undefined) return undefined
  const { file, root } = found
  const { environment = defaultEnvironment } = options
  const app = textOf(root, 'app')
  if (app === undefined)
    throw new Refusal({
      code: 'bad_config',
      exit: 'usage',
      message: `${file} does not say which app it is.`,
      advice: 'It needs a line like `app: shop`.',
    })

  const own = environmentAt(root, { environment, file })
  const region = textOf(own, 'region') ?? textOf(root, 'region')
  const profile = textOf(own, 'profile')
  return {
    app,
    cluster: textOf(own, 'cluster') ?? clusterName(app, environment),
    file,
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
  }
}

type Asked = { readonly environment: string; readonly file: string }

/** What the file says of the environment. A file that lists environments knows them all. */
function environmentAt(root: Source | undefined, { environment, file }: Asked): Source | undefined {
  const environments = memberOf(root, 'environments')
  if (environments?.is !== 'map' || environments.entries.size === 0) return undefined
  const own = environments.entries.get(environment)
  if (own !== undefined) return own.value
  throw new Refusal({
    code: 'unknown_environment',
    exit: 'usage',
    message: `there is no environment ${quote(environment)} in ${file}. ${allowedNames(environment, [...environments.entries.keys()])}`,
    advice: 'Say the environment with -e, or the app itself with -a.',
  })
}
