import { relative } from 'node:path'
import { stringify } from 'yaml'
import { appOfEnvironment } from '../../config/app-of-environment.ts'
import { findConfigFile } from '../../config/find-config-file.ts'
import { parseConfig, type TapitConfig } from '../../config/read-config.ts'
import { readText } from '../../config/read-text.ts'
import { defaultEnvironment } from '../../names/aws.ts'
import { exitCodes, Refusal } from '../../names/refusal.ts'
import type { Handler } from '../command.ts'
import { printResult } from '../print-result.ts'
import { printable } from '../text/printable.ts'
import { quoted } from '../text/quoted.ts'

/** Prints what the folder's tapit.yml comes to in an environment. */
export const showConfig: Handler = async (invocation, io) => {
  const { app, environment = defaultEnvironment } = invocation.global
  const config = configOf(io.cwd)
  if (app !== undefined && app !== config.settings.app) throw otherApp(app, config)
  const resolved = appOfEnvironment(config, environment)
  await printResult(
    { invocation, io },
    {
      document: () => resolved,
      text: () =>
        stringify(resolved, { lineWidth: 0, aliasDuplicateObjects: false })
          .trimEnd()
          .split('\n')
          .map(line => printable(line)),
    },
  )
  return exitCodes.done
}

function configOf(folder: string): TapitConfig {
  const path = findConfigFile(folder)
  const text = path === undefined ? undefined : readText(path)
  if (path !== undefined && text !== undefined) return parseConfig(text, relative(folder, path))
  throw new Refusal({
    code: 'no_config',
    exit: 'usage',
    message: 'there is no tapit.yml here or above.',
    advice: '`tapit init` writes one.',
  })
}

function otherApp(app: string, { file, settings }: TapitConfig): Refusal {
  return new Refusal({
    code: 'other_app',
    exit: 'usage',
    message: `${file} is that of the app ${settings.app}, not of ${quoted(app)}.`,
    advice: 'Leave -a out, or go to the folder of that app.',
  })
}
