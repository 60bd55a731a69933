import { join } from 'node:path'
import { preparedEnvironment } from './prepared-environment.ts'

/** 1.51 does not know `ResetOnHealthyTask` and `ecs:ContinueServiceDeployment` yet. */
const version = '1.58.0'

/** The path of cfn-lint, kept in the user's cache. Undefined, said on stderr, where there is no Python; on CI that is an error. */
export async function cfnLint(): Promise<string | undefined> {
  try {
    return join(await preparedEnvironment(`cfn-lint-${version}`, [`cfn-lint==${version}`]), 'cfn-lint')
  } catch (error) {
    const reason = `cfn-lint ${version} could not be prepared: ${String(error)}`
    if (process.env['CI'] === 'true') throw new Error(reason, { cause: error })
    console.error(`SKIPPED, the templates are not linted: ${reason}`)
    return undefined
  }
}
