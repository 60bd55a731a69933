import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The tapit.yml of this folder, or of the nearest one above that has one. */
export function findConfigFile(folder: string): string | undefined {
  const file = join(folder, 'tapit.yml')
  if (existsSync(file)) return file
  const above = dirname(folder)
  return above === folder ? undefined : findConfigFile(above)
}
