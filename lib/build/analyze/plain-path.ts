/**
 * A path out of somebody's files as it may stand in a Dockerfile: below the folder, and without anything that COPY or a shell could take for
 * more than a name. Absent for any other.
 */
export function plainPath(path: string): string | undefined {
  const parts = path
    .replace(/^(?:\.\/)+/, '')
    .replace(/\/+$/, '')
    .split('/')
  return parts.every(part => /^[\w@+-][\w@.+-]*$|^\.[\w-][\w.-]*$/.test(part) && part.length <= 100)
    ? parts.join('/')
    : undefined
}
