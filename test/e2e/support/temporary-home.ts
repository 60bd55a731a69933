import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stopSandbox } from '../../../lib/sandbox/daemon/stop-sandbox.ts'
import { type Ended, type Running, startTapit, type Variables } from './cli.ts'

/** A user's home that was never used, whose sandbox is a process of its own; gone at the end with what was started in it. */
export type TemporaryHome = {
  readonly path: string
  readonly env: Variables
  start(argv: readonly string[], env?: Variables): Running
  /** Runs a command line to its end. */
  tapit(...argv: readonly string[]): Promise<Ended>
  /** The same with `-o json`, and its document; fails where stdout is anything else than one document. */
  json(...argv: readonly string[]): Promise<Ended & { readonly document: any }>
  remove(): Promise<void>
}

export async function temporaryHome(): Promise<TemporaryHome> {
  const path = await mkdtemp(join(tmpdir(), 'tapit-e2e-'))
  const home = join(path, 'sandbox')
  const env = { HOME: path, TAPIT_SANDBOX_HOME: home }
  const start: TemporaryHome['start'] = (argv, more = {}) =>
    startTapit(argv, { env: { ...env, ...more }, cwd: path })
  return {
    path,
    env,
    start,
    tapit: (...argv) => start(argv).ended,
    json: async (...argv) => {
      const ended = await start([...argv, '-o', 'json']).ended
      return { ...ended, document: JSON.parse(ended.stdout) }
    },
    remove: async () => {
      await stopSandbox({ home })
      // A sandbox that was just being started may still write something.
      await rm(path, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}
