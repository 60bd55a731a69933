import { isSettled } from '../../deployment/projections.ts'
import { judgedFields } from '../approvals/held.ts'
import type { Judgement } from '../approvals/judge-plan.ts'
import { judgedAgain } from '../approvals/judged-again.ts'
import { overriddenWarning, tellOverrides } from '../approvals/overrides.ts'
import type { DeployEvent } from '../events.ts'
import { follow } from '../follow/follow.ts'
import type { Followed } from '../follow/followed.ts'
import { keep } from '../keep.ts'
import { planAgain } from '../plan/plan-again.ts'
import type { PlannedProcess, ReadyProcess } from '../plan/plan.ts'
import { withConfigurations } from '../plan/with-configurations.ts'
import { releasing } from '../release/release.ts'
import { finalize } from '../settle/finalize.ts'
import { Trouble } from '../trouble.ts'
import { apply } from './apply.ts'
import { buildFirst } from './build-first.ts'
import type { DeployOptions } from './deploy-options.ts'
import { imageCheck } from './image-check.ts'
import type { Prepared } from './prepare.ts'
import type { Recorded } from './record-deployments.ts'

export type CarryOutOptions = DeployOptions & {
  /** The builds that are under way. */
  readonly building: Set<Promise<unknown>>
}

export type CarriedOut = {
  /** `left`: nobody waits any longer · `unknown`: AWS no longer tells how they stand. */
  readonly end: 'settled' | 'left' | 'unknown'
  /** What AWS refused. */
  readonly troubles: readonly Trouble[]
}

/** While deployments are being asked for, or images built, their events do not wait longer, in milliseconds. */
const betweenTellings = 200

/** Asks ECS for each deployment, once its image is built and the release command has run, and follows all of them if somebody waits. */
export async function* carryOut(
  { request, gathered, release }: Prepared,
  { leases, followed, planned, own }: Recorded,
  { ports, observer, signal, build, building, wait }: CarryOutOptions,
): AsyncGenerator<DeployEvent, CarriedOut, void> {
  const { clock } = ports
  const beside: DeployEvent[] = []
  const troubles: Trouble[] = []
  const tell = (event: DeployEvent): void => void beside.push(event)
  const check = imageCheck(ports)
  const plannedAgain = planAgain(request, {
    ports,
    unbuiltTag: build?.dockerTag ?? '',
    // Of a service that is taken over from, ECS still tells what the other deployment has given it.
    correct: now => (request.supersede === undefined ? now : withConfigurations(now, own, request)),
  })
  const again = judgedAgain(plannedAgain, { request, gathered, ports, pass })
  const released = release && releasing(release, { followed, gathered, leases, ports, signal, tell })

  const applying = Promise.allSettled(followed.map((each, index) => applyOne(each, planned[index])))
  const end = wait ? yield* follow(followed, { observer, leases, ports, signal, beside }) : 'left'
  for (const applied of yield* meanwhile(applying)) if (applied.status === 'rejected') throw applied.reason
  for (const { stored } of followed) await leases.release(stored.record.process)
  return { end, troubles }

  /** Tells what goes on beside, as it happens. */
  async function* meanwhile<Result>(work: Promise<Result>): AsyncGenerator<DeployEvent, Result, void> {
    const done = new AbortController()
    const finished = leases.beatDuring(work).finally(() => done.abort())
    finished.catch(() => {})
    while (!done.signal.aborted) {
      yield* beside.splice(0)
      await clock.sleep(betweenTellings, done.signal)
    }
    const result = await finished
    yield* beside.splice(0)
    return result
  }

  async function applyOne(each: Followed, process: PlannedProcess | undefined): Promise<void> {
    if (process === undefined) return
    try {
      const ready = await readied(each, process)
      if (ready !== undefined && (released === undefined || (await released.isDone(each, ready))))
        await ask(each, ready)
      if (!wait && isSettled(each.stored.record.state)) await tidyUp(each)
    } catch (error) {
      each.lostBecause = error instanceof Error ? error.message : String(error)
      if (!(error instanceof Trouble)) throw error
    } finally {
      released?.without(process.process)
      each.isApplying = false
    }
  }

  /** With its image, once that is there. */
  async function readied(each: Followed, process: PlannedProcess): Promise<ReadyProcess | undefined> {
    const { imageDigest } = process
    if (imageDigest !== undefined) return { ...process, imageDigest }
    if (build === undefined) throw new Error(`the image of ${process.process} was not looked up`)
    const means = { leases, ports, signal, slowed, build, planAgain: again, running: building, tell }
    return buildFirst(each, process, means)
  }

  /** Of policies that only a built image meets, such as those that ask for its scan, somebody goes past only now. */
  function pass(process: string, judgement: Judgement): void {
    const each = followed.find(({ stored }) => stored.record.process === process)
    if (each === undefined) return
    const { record } = each.stored
    const known = record.overridden?.policies ?? []
    const overridden = judgement.overridden.filter(({ policy }) => !known.includes(policy.name))
    if (overridden.length === 0) return
    each.stored = { ...each.stored, record: { ...record, ...judgedFields(judgement, request) } }
    const news = { ...judgement, overridden }
    tellOverrides([{ ...record, ...judgedFields(news, request) }], ports.audit)
    tell({ is: 'warned', at: clock.now(), warning: overriddenWarning(news, request.override) })
  }

  async function ask(each: Followed, ready: ReadyProcess): Promise<void> {
    const before = each.stored.record
    const { stored, trouble } = await apply(each.stored, ready, { leases, ports, signal, slowed, check })
    each.stored = stored
    if (trouble) troubles.push(trouble)
    tell({ is: 'changed', at: clock.now(), before, deployment: stored.record })
  }

  function slowed({ message: reason }: Trouble, pause: number): void {
    tell({ is: 'slowed', at: clock.now(), wait: pause, reason })
  }

  /** Nobody follows it to its end, and others may want to deploy the process. */
  async function tidyUp(each: Followed): Promise<void> {
    const { deployment, events } = await finalize(each.stored.record, ports)
    beside.push(...events)
    each.stored = await keep(ports.records, each.stored, deployment)
    await leases.release(deployment.process)
  }
}
