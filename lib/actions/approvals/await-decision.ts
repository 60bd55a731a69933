import type { Deployment } from '../../deployment/deployment.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Group } from '../../records/group.ts'
import type { Stored } from '../../records/records.ts'
import type { DeployEvent } from '../events.ts'
import type { Ports } from '../ports.ts'
import { Trouble, isPassing } from '../trouble.ts'
import { isWaiting, settleExpired } from './settle-expired.ts'

export type AwaitOptions = {
  readonly ports: Ports
  /** Aborted when nobody waits any longer. */
  readonly signal: AbortSignal
}

/** In milliseconds. */
const lookEvery = 5_000

/**
 * Waits until each of a group is approved, or no longer waits for it: denied, cancelled, expired, or started by somebody else. Answers what
 * was seen last; nothing where nobody waited until something could be.
 */
export async function* awaitDecision(
  group: Group,
  ids: readonly string[],
  { ports, signal }: AwaitOptions,
): AsyncGenerator<DeployEvent, readonly Stored<Deployment>[] | undefined, void> {
  let known: readonly Stored<Deployment>[] | undefined
  while (true) {
    const present = await look().catch(goesOnLater)
    for (const next of present ?? []) {
      const before = known?.find(({ record }) => record.id === next.record.id)
      if (before !== undefined && before.version !== next.version)
        yield { is: 'changed', at: ports.clock.now(), before: before.record, deployment: next.record }
    }
    known = present
    if (signal.aborted || known?.every(isDecided) === true) return known
    await ports.clock.sleep(lookEvery, signal)
  }

  async function look(): Promise<readonly Stored<Deployment>[]> {
    const found = await ports.records.deployments(group.app, ids)
    return settleExpired(found, ports)
  }

  /** Credentials may expire while a person makes up their mind: nothing is lost by it. */
  function goesOnLater(error: unknown): readonly Stored<Deployment>[] | undefined {
    if (isPassing(error)) return known
    if (!(error instanceof Trouble) || error.kind !== 'expired') throw error
    const id = ids.length === 1 ? (ids[0] ?? group.id) : group.id
    throw new Refusal({
      code: 'credentials_expired',
      exit: 'waiting',
      message: `the credentials have expired while ${id} waits for an approval; it goes on waiting.`,
      advice: `Once it is approved: tapit -a ${group.app} execute deploy id=${id} --wait`,
      cause: error,
    })
  }
}

function isDecided(stored: Stored<Deployment>): boolean {
  return !isWaiting(stored) || stored.record.approval?.met !== undefined
}
