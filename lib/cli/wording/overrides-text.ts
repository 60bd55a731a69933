import type { Overrides } from '../../deployment/deployment.ts'
import { keyInArgv } from '../../names/key-in-argv.ts'

/** As it was typed: `canary_percent=25 pause_before=switch,step`. */
export function overridesText(overrides: Overrides): string {
  return Object.entries(overrides)
    .map(([key, value]) => `${keyInArgv(key)}=${typeof value === 'object' ? listText(value) : value}`)
    .join(' ')
}

function listText(values: readonly string[]): string {
  return values.length === 0 ? 'none' : values.join(',')
}
