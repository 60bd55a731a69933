import { join } from 'node:path'
import { preparedEnvironment } from '../support/prepared-environment.ts'

const botocore = '1.43.107'

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
  const packages = [`boto3==${botocore}`, `botocore==${botocore}`, 'awscli']
  const programs = await preparedEnvironment(`botocore-${botocore}`, packages)
  return { python: join(programs, 'python3'), aws: join(programs, 'aws') }
}
