import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const botocore = '1.43.107'

const run = promisify(execFile)

export type PythonEnvironment = { readonly python: string; readonly aws: string }

/**
 * boto3, the pinned botocore and the `aws` CLI in an environment of their own, kept in the user's cache. Undefined, said on stderr,
 * where there is no Python; on CI that is an error, so that nothing is skipped silently.
 */
export async function pythonEnvironment(): Promise<PythonEnvironment | undefined> {
  try {
    return await prepared()
  } catch (error) {
    const reason = `botocore ${botocore} could not be prepared: ${String(error)}`
    if (process.env['CI'] === 'true') throw new Error(reason, { cause: error })
    console.error(`SKIPPED, the sandbox is not compared with boto3 and the aws CLI: ${reason}`)
    return undefined
  }
}

async function prepared(): Promise<PythonEnvironment> {
  const cache = process.env['XDG_CACHE_HOME'] ?? ''
  const home = join(cache === '' ? join(homedir(), '.cache') : cache, 'tapit-test')
  const environment = join(home, `botocore-${botocore}`)
  const [python, aws] = [join(environment, 'bin', 'python3'), join(environment, 'bin', 'aws')]
  const ready = join(environment, 'ready')
  if (existsSync(ready)) return { python, aws }
  await mkdir(home, { recursive: true })
  await rm(environment, { recursive: true, force: true })
  await run('python3', ['-m', 'venv', environment])
  const packages = [`boto3==${botocore}`, `botocore==${botocore}`, 'awscli']
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages])
  // The last thing: an interrupted installation is done anew.
  await mkdir(`${ready}.tmp`)
  await rename(`${ready}.tmp`, ready)
  return { python, aws }
}
