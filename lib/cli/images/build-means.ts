import { dirname, join } from 'node:path'
import { ensureLogin } from '../../actions/images/ensure-login.ts'
import type { BuildMeans } from '../../actions/build/build-request.ts'
import type { AppConfig } from '../../config/app-config.ts'
import { findConfigFile } from '../../config/find-config-file.ts'
import { defaultEnvironment } from '../../names/aws.ts'
import { type Context, openBuildTools, openLogins } from '../context.ts'
import type { Io } from '../io.ts'

/** Everything that builds of this app work with: the folder of its tapit.yml, else the working folder, and the tools of this machine. */
export async function buildMeans(context: Context, io: Io): Promise<BuildMeans> {
  const [tools, logins] = await Promise.all([openBuildTools(io, context), openLogins(context, io)])
  const file = findConfigFile(io.cwd)
  const config = file === undefined ? undefined : await configIn(dirname(file), context)
  return {
    ...tools,
    ports: context.ports,
    registries: ensureLogin({ ...tools, ports: context.ports, logins }),
    root: file === undefined || config === undefined ? io.cwd : dirname(file),
    ...(config !== undefined && { config }),
    configIn: folder => configIn(folder, context),
    isOnActions:
      isSet(io.env['ACTIONS_RUNTIME_TOKEN']) &&
      isSet(io.env['ACTIONS_RESULTS_URL'] ?? io.env['ACTIONS_CACHE_URL']),
  }
}

/** What the tapit.yml of a folder says, if it is that of this app. */
async function configIn(
  folder: string,
  { app, cluster, environment }: Context,
): Promise<AppConfig | undefined> {
  const { readText } = await import('../../config/read-text.ts')
  const text = readText(join(folder, configFile))
  if (text === undefined) return undefined
  const [{ parseConfig }, { appOfEnvironment }] = await Promise.all([
    import('../../config/read-config.ts'),
    import('../../config/app-of-environment.ts'),
  ])
  const config = parseConfig(text, configFile)
  // An app that is opened by its cluster is in no environment that anybody has said.
  const isNamed = environment !== undefined || config.environments.includes(defaultEnvironment)
  if (config.settings.app === app && isNamed)
    return appOfEnvironment(config, environment ?? defaultEnvironment)
  return config.environments
    .map(each => appOfEnvironment(config, each))
    .find(each => each.cluster === cluster)
}

const configFile = 'tapit.yml'

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}
