import type { Clock } from '../../names/clock.ts'
import type { Ecs } from '../ports.ts'

type Options = { readonly ecs: Ecs; readonly clock: Clock; readonly signal?: AbortSignal }

/**
 * AWS lets an account register and deregister 20 at once and one more each second: other deploys need some of that.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
 */
const atOnce = 10
const pause = 1_000

/** Deregisters them one after the other and notes each: what runs of them goes on running. */
export async function deregisterRevisions(
  arns: readonly string[],
  { ecs, clock, signal }: Options,
  done: string[],
): Promise<void> {
  for (const arn of arns) {
    if (done.length >= atOnce) await clock.sleep(pause, signal)
    signal?.throwIfAborted()
    await ecs.deregisterTaskDefinition(arn)
    done.push(arn)
  }
}
