import type { Io } from '../io.ts'
import type { SaidByCi } from './ci-job.ts'

/** The first of the variables that is set and not empty. */
export function said(env: Io['env'], ...variables: readonly string[]): SaidByCi | undefined {
  for (const variable of variables) {
    const value = env[variable]
    if (value !== undefined && value !== '') return { value, variable }
  }
  return undefined
}
