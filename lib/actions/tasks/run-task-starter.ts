/** Who or what started a task, as `startedBy` takes it: at most 128 letters, digits, hyphens, underscores and slashes. */
export function runTaskStarter(what: 'run' | 'release', who: string): string {
  const name = who.slice(who.lastIndexOf(':') + 1)
  return `tapit-${what}/${name.replaceAll(/[^\w/-]/g, '-')}`.slice(0, 128)
}
