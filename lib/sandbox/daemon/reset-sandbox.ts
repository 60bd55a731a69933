import { ask, isStatus, type SandboxStatus } from './ask.ts'
import { readEndpoint } from './endpoint.ts'
import { SandboxError } from './sandbox-error.ts'
import { sandboxStatus } from './sandbox-status.ts'
import { removeState } from './state-file.ts'
import { withLock } from './with-lock.ts'

/** Makes the home's sandbox a new one: the same address, the example app and nothing else. Undefined when it does not run. */
export async function resetSandbox({ home }: { home: string }): Promise<SandboxStatus | undefined> {
  const endpoint = await readEndpoint(home)
  if (endpoint === undefined || (await sandboxStatus({ home })) === undefined) {
    // Its next start begins anew; a home that was never used has nothing to reset.
    if (endpoint !== undefined) await withLock(home, () => removeState(home))
    else await removeState(home)
    return undefined
  }
  const answer = await ask(endpoint, 'POST /_tapit/reset')
  if (!isStatus(answer))
    throw new SandboxError('the sandbox did not reset; see the log in its home, or stop it and try again')
  return answer
}
