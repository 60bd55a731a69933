import { setTimeout as sleep } from 'node:timers/promises'
import { ask } from './ask.ts'
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
  if (endpoint === undefined) return false
  // A process id alone says nothing: after a reboot it may be anybody's. So only what answers with our token is ended.
  const answers = (await ask(endpoint, 'POST /_tapit/stop')) !== undefined
  // One that does not answer may just be saving its state, before it removes its endpoint.
  const patience = answers ? longestStop : longestSave
  for (let waited = 0; waited < patience; waited += pause) {
    const isGone =
      !isAlive(endpoint.pid) || (!answers && (await readEndpoint(home))?.token !== endpoint.token)
    if (isGone) return answers
    await sleep(pause)
  }
  if (!answers) return false
  throw new SandboxError(`the sandbox (process ${endpoint.pid}) was asked to stop but still runs`)
}

const pause = 20
const longestStop = 10_000
const longestSave = 2000
