import { Refusal } from '../names/refusal.ts'
import type { AppConfig } from './app-config.ts'
import type { TapitConfig } from './read-config.ts'
import { resolveApp } from './resolve-app.ts'
import { allowedNames } from './wording/allowed-names.ts'
import { quote } from './wording/quote.ts'

/** The app in one of the environments of its file: overrides applied, defaults filled in. */
export function appOfEnvironment(
  { file, settings, environments }: TapitConfig,
  environment: string,
): AppConfig {
  if (environments.includes(environment)) return resolveApp(settings, environment)
  throw new Refusal({
    code: 'unknown_environment',
    exit: 'usage',
    message: `there is no environment ${quote(environment)} in ${file}. ${allowedNames(environment, environments)}`,
  })
}
