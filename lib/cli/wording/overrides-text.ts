import type { Overrides } from '../../deployment/deployment.ts'

/** As it was typed: `canary_percent=25 pause_before=switch,step`. */
export function overridesText(overrides: Overrides): string {
  return Object.entries(overrides)
    .map(([key, value]) => `${inArgv(key)}=${typeof value === 'object' ? listText(value) : value}`)
    .join(' ')
}

/** canaryPercent is canary_percent on the command line. */
function inArgv(key: string): string {
  return key.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
}

function listText(values: readonly string[]): string {
  return values.length === 0 ? 'none' : values.join(',')
}
