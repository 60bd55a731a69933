import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** 1.51 does not know `ResetOnHealthyTask` and `ecs:ContinueServiceDeployment` yet. */
const version = '1.58.0'

const run = promisify(execFile)

/** The path of cfn-lint, kept in the user's cache. Undefined, said on stderr, where there is no Python; on CI that is an error. */
export async function cfnLint(): Promise<string | undefined> {
  try {
    return await prepared()
  } catch (error) {
    const reason = `cfn-lint ${version} could not be prepared: ${String(error)}`
    if (process.env['CI'] === 'true') throw new Error(reason, { cause: error })
    console.error(`SKIPPED, the templates are not linted: ${reason}`)
    return undefined
  }
}

async function prepared(): Promise<string> {
  const cache = process.env['XDG_CACHE_HOME'] ?? ''
  const home = join(cache === '' ? join(homedir(), '.cache') : cache, 'tapit-test')
  const environment = join(home, `cfn-lint-${version}`)
  const executable = join(environment, 'bin', 'cfn-lint')
  const ready = join(environment, 'ready')
  if (existsSync(ready)) return executable
  await mkdir(home, { recursive: true })
  await rm(environment, { recursive: true, force: true })
  await run('python3', ['-m', 'venv', environment])
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `cfn-lint==${version}`]
  await run(join(environment, 'bin', 'python3'), pip)
  // The last thing: an interrupted installation is done anew.
  await mkdir(`${ready}.tmp`)
  await rename(`${ready}.tmp`, ready)
  return executable
}
