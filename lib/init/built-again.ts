/**
 * The Dockerfile of a process whose image is that of others before it. tapit.yml takes an image of a folder for one process alone; only that
 * of the root can be shared. So it is built once for each, from the same file by another name.
 */
export function builtAgain(dockerfile: string, others: number): string {
  return `${'./'.repeat(others)}${dockerfile}`
}
