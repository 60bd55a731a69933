import type { AppConfig, ProcessConfig } from '../app-config.ts'
import type { Path } from '../mistakes/mistake.ts'
import { ownSettings, resolveApp } from '../resolve-app.ts'
import type { ProcessSettings, TapitFile } from '../schema.ts'

/** The app in one environment, and where in the file it comes from. */
export type View = {
  readonly settings: TapitFile
  readonly environment: string
  readonly app: AppConfig
}

export function viewOf(settings: TapitFile, environment: string): View {
  return { settings, environment, app: resolveApp(settings, environment) }
}

/** Where the first of these keys of a process is set: what the environment says of it comes before what the app says. */
export function placeIn({ settings, environment }: View, process: string, ...keys: readonly string[]): Path {
  const own = ownSettings(settings, environment)?.processes ?? {}
  const ownKey = keys.find(key => Object.hasOwn(own, process) && isSet(own[process], key))
  if (ownKey !== undefined) return ['environments', environment, 'processes', process, ownKey]
  const base = settings.processes[process]
  return [
    'processes',
    process,
    ...[keys.find(key => isSet(base, key)) ?? keys[0]].filter(key => key !== undefined),
  ]
}

/** The process's settings as written, what the environment says of it included; not its defaults. */
export function isWritten({ settings, environment }: View, process: string, key: string): boolean {
  const own = ownSettings(settings, environment)?.processes ?? {}
  return isSet(settings.processes[process], key) || (Object.hasOwn(own, process) && isSet(own[process], key))
}

/** Where a section of the file is set that an environment can set for itself. */
export function sectionIn({ settings, environment }: View, section: 'domain' | 'region'): Path {
  const own = ownSettings(settings, environment)
  return own?.[section] === undefined ? [section] : ['environments', environment, section]
}

export function isBalanced({ kind }: Pick<ProcessConfig, 'kind'>): boolean {
  return kind !== 'worker'
}

function isSet(settings: ProcessSettings | undefined, key: string): boolean {
  return settings !== undefined && Object.hasOwn(settings, key)
}
