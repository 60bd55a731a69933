import { relative } from 'node:path'
import { findConfigFile } from '../../config/find-config-file.ts'
import { parseConfig, type TapitConfig } from '../../config/read-config.ts'
import { readText } from '../../config/read-text.ts'
import type { Invocation } from '../command.ts'
import type { Io } from '../io.ts'

/** The folder's tapit.yml, unless somebody said that it is about another app. */
export function folderConfig({ global }: Pick<Invocation, 'global'>, io: Io): TapitConfig | undefined {
  const path = findConfigFile(io.cwd)
  const text = path === undefined ? undefined : readText(path)
  if (path === undefined || text === undefined) return undefined
  const config = parseConfig(text, relative(io.cwd, path))
  const said = global.app ?? io.env['TAPIT_APP']
  return said === undefined || said === '' || said === config.settings.app ? config : undefined
}
