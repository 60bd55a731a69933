/** A key of tapit.yml as it is typed on the command line: canaryPercent is canary_percent. */
export function keyInArgv(key: string): string {
  return key.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
}
