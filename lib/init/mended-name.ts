/** A name that tapit.yml takes, out of what others call it: `My_App` → `my-app`. Absent where nothing of it is left. */
export function mendedAppName(name: string): string | undefined {
  const mended = shortened(
    plain(name)
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replace(/^[^a-z]+/, ''),
  )
  if (mended === '') return undefined
  // AWS has no load balancer of such a name, and no repository of a single letter.
  if (mended.startsWith('internal-')) return shortened(`app-${mended}`)
  return mended.length === 1 || reservedAppNames.test(mended) ? `${mended}-app` : mended
}

/** Underscores may stay in the name of a process. */
export function mendedProcessName(name: string): string | undefined {
  const mended = shortened(
    plain(name)
      .replaceAll(/[^a-z0-9_]+/g, '-')
      .replaceAll(/[-_]{2,}/g, '-')
      .replace(/^[-_]+/, ''),
  )
  if (mended === '') return undefined
  return reservedProcessNames.test(mended) ? shortened(`app-${mended}`).replace(/-template$/, '') : mended
}

/** Of a package `@owner/name` the name; accents are not lost with their letters. */
function plain(name: string): string {
  return name
    .replace(/^@[^/]*\//, '')
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z][a-z])/g, '-')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
}

const longestName = 63

function shortened(name: string): string {
  return name.slice(0, longestName).replace(/[^a-z0-9]+$/, '')
}

/** Names that tapit gives to things of its own. */
const reservedAppNames = /^tapit(?:-foundation)?$/
const reservedProcessNames = /^(?:deployments|audit)$|-template$/
