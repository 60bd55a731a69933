import { setTimeout as sleep } from 'node:timers/promises'
import { ask, askStatus } from './ask.ts'
import { readEndpoint } from './endpoint.ts'
import { isAlive } from './is-alive.ts'
import { SandboxError } from './sandbox-error.ts'
import { withLock } from './with-lock.ts'

/** Ends the home's sandbox, which keeps its state. False when it did not run. */
export async function stopSandbox({ home }: { home: string }): Promise<boolean> {
  if ((await readEndpoint(home)) === undefined) return false
  return withLock(home, () => endRunning({ home }))
}

/** The same, for those who hold the lock already. */
export async function endRunning({ home }: { home: string }): Promise<boolean> {
  const endpoint = await readEndpoint(home)
  // A process id alone says nothing: after a reboot it may be anybody's. So only one that answers with our token is ended.
  if (endpoint === undefined || (await askStatus(endpoint)) === undefined) return false
  await ask(endpoint, 'POST /_tapit/stop')
  for (let waited = 0; waited < longestStop; waited += pause) {
    if (!isAlive(endpoint.pid)) return true
    await sleep(pause)
  }
  throw new SandboxError(`the sandbox (process ${endpoint.pid}) was asked to stop but still runs`)
}

const pause = 20
const longestStop = 10_000
