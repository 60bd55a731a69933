import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const prepare = fileURLToPath(new URL('prepare-environment.py', import.meta.url))

/** The folder of the programs of a Python environment with these packages, kept in the user's cache. */
export async function preparedEnvironment(name: string, packages: readonly string[]): Promise<string> {
  const cache = process.env['XDG_CACHE_HOME'] ?? ''
  const environment = join(cache === '' ? join(homedir(), '.cache') : cache, 'tapit-test', name)
  if (!existsSync(join(environment, 'ready')))
    await promisify(execFile)('python3', [prepare, environment, ...packages])
  return join(environment, 'bin')
}
