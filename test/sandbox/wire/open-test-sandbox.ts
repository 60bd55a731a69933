import { onTestFinished } from 'vitest'
import { openSandbox, type Sandbox, type Snapshot } from '../../../lib/sandbox/sandbox.ts'

export type TestClock = { now(): number; advance(milliseconds: number): void }

export type TestSandbox = {
  readonly sandbox: Sandbox
  readonly clock: TestClock
  readonly url: string
  /** What every SDK client is made with: no retries, so that each error is seen once. */
  readonly client: {
    readonly endpoint: string
    readonly region: string
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
    readonly maxAttempts: 1
  }
}

/** A sandbox that listens on a free port until the test is over, and a clock that stands still. */
export async function openTestSandbox({
  state,
  layerFolder,
}: { state?: Snapshot; layerFolder?: string } = {}): Promise<TestSandbox> {
  let now = Date.parse('2026-11-20T12:00:00Z')
  const clock = { now: () => now, advance: (milliseconds: number) => void (now += milliseconds) }
  const sandbox = openSandbox({ clock, state, layerFolder })
  const { url } = await sandbox.listen()
  onTestFinished(() => sandbox.close())
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  return { sandbox, clock, url, client: { endpoint: url, region: 'us-east-1', credentials, maxAttempts: 1 } }
}
