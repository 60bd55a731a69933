import { buildStepOf } from '../../deployment/build-step-of.ts'
import { type Deployment, enter } from '../../deployment/deployment.ts'
import type { Failure } from '../../deployment/failure.ts'
import type { State } from '../../deployment/state.ts'
import { type BuildStepName, type FailureCode, failureCodes } from '../../names/vocabulary.ts'
import { Refusal } from '../../names/refusal.ts'
import { failureOf } from '../build/failure-of.ts'
import { redrafted } from './draft-of.ts'
import type { DeployEvent } from '../events.ts'
import type { Followed } from '../follow/followed.ts'
import { giveWay } from '../settle/give-way.ts'
import { inheritedCount } from './inherited-count.ts'
import { keep } from '../keep.ts'
import type { Leases } from '../leases/leases.ts'
import { type PersistOptions, persist } from './persist.ts'
import type { PlanAgain } from '../plan/plan-again.ts'
import type { PlannedProcess, ReadyProcess, RefusedProcess } from '../plan/plan.ts'
import type { Ports } from '../ports.ts'
import type { SourceBuild, SourceEnd, SourceNews } from '../build/source-build.ts'
import { stepStream } from './step-stream.ts'
import { endedWithItsCommand } from '../follow/why-over.ts'
import { Trouble } from '../trouble.ts'

export type BuildFirstOptions = Omit<PersistOptions, 'clock'> & {
  readonly build: SourceBuild
  readonly leases: Leases
  readonly ports: Ports
  readonly planAgain: PlanAgain
  readonly tell: (event: DeployEvent) => void
  /** Builds whose ends nobody waits for here: they may go on for others, or take a moment to stop. */
  readonly running: Set<Promise<unknown>>
}

/** How often it is looked whether somebody has cancelled the deployment, or taken over from it, in milliseconds. */
const lookEvery = 3_000

/** In milliseconds. */
const longestSilence = 60_000

/**
 * Builds the image of a deployment and makes its plan whole. Answers nothing where the deployment has come to its end before: the build
 * failed, nobody waited for it any longer, or somebody else ended it. Nothing is asked of ECS here.
 */
export async function buildFirst(
  each: Followed,
  { process, repository }: PlannedProcess,
  options: BuildFirstOptions,
): Promise<ReadyProcess | undefined> {
  const { build, leases, ports, planAgain, tell, running, ...patience } = options
  const { records, clock } = ports
  const { signal } = patience
  const stopped = new AbortController()
  const over = new AbortController()
  let told = each.stored.record
  let doing: { readonly what: string; readonly since: number } | undefined
  let heardAt = clock.now()
  let writing: Promise<void> = Promise.resolve()

  const watching = watch()
  // Both are waited for below: what breaks meanwhile is heard then.
  watching.catch(() => {})
  const ending = run()
  running.add(ending)
  const end = await Promise.race([ending, whenAborted(stopped.signal)]).finally(() => over.abort())
  await watching
  await writing
  if (!isPreparing(each)) return ended()
  if (!leases.holds(process)) {
    each.stored = await persistently(() => giveWay(each.stored, ports))
    return ended()
  }
  return end === 'given_up' ? undefined : conclude(end)

  async function run(): Promise<SourceEnd> {
    const either = AbortSignal.any([signal, stopped.signal])
    try {
      return await build.run({ process, repository }, { signal: either, tell: hear })
    } catch (error) {
      // Whatever it could not do was not asked of ECS: it is a build that failed.
      return { is: 'failed', step: buildStepOf(each.stored.record) ?? 'build', failure: failureOf(error) }
    }
  }

  function hear(news: SourceNews): void {
    if (!isPreparing(each)) return
    const { at } = news
    heardAt = clock.now()
    const { record: deployment } = each.stored
    switch (news.is) {
      case 'step':
        return begin(news)
      case 'line':
        return tell({ is: 'step_log', at, deployment, step: news.step, message: news.message })
      case 'doing':
        doing = { what: news.what, since: at }
        return tell({ is: 'doing', at, deployment, ...doing })
    }
  }

  function begin({ step, at }: SourceNews & { is: 'step' }): void {
    const deployment = enterStep(each.stored.record, step, at)
    if (deployment === each.stored.record) return
    each.stored = { ...each.stored, record: deployment }
    writing = writing.then(write)
    writing.catch(() => {})
    tellChange(at)
  }

  /** Where that fails, the next writing brings it. */
  async function write(): Promise<void> {
    try {
      const { record, version } = each.stored
      const answer = await records.saveDeployment(record, version)
      if (answer === 'conflict') await lookAgain()
      else each.stored = { ...each.stored, version: answer.version }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
    }
  }

  async function watch(): Promise<void> {
    while (!over.signal.aborted) {
      await clock.sleep(lookEvery, over.signal)
      if (over.signal.aborted) return
      if (!leases.holds(process)) stopped.abort()
      writing = writing.then(lookAgain).catch(ignoreRefusal)
      await writing
      breakSilence()
    }
  }

  /** Nobody, and no CI system, should think that it hangs. */
  function breakSilence(): void {
    const at = clock.now()
    if (!isPreparing(each) || doing === undefined || at - heardAt < longestSilence) return
    heardAt = at
    tell({ is: 'doing', at, deployment: each.stored.record, ...doing })
  }

  /** Nobody but us goes on with what is being prepared; whoever cancels it, or takes over, ends it. */
  async function lookAgain(): Promise<void> {
    const { app, id } = each.stored.record
    const present = await records.deployment(app, id)
    if (present === undefined || !isPreparing(each)) return
    if (present.record.state.is === 'preparing') {
      each.stored = { ...each.stored, version: present.version }
    } else {
      each.stored = present
      stopped.abort()
    }
  }

  async function conclude(sourceEnd: SourceEnd): Promise<ReadyProcess | undefined> {
    if (signal.aborted || sourceEnd.is === 'stopped')
      return settle(endedWithItsCommand(signal, 'its image was built'))
    return sourceEnd.is === 'failed' ? fail(sourceEnd) : complete(sourceEnd.digest)
  }

  async function fail({ step, failure }: SourceEnd & { is: 'failed' }): Promise<undefined> {
    const { lines, ...image } = failure
    const evidence = { log: stepStream(each.stored.record, step) }
    await settle({
      is: 'failed',
      reached: 'building',
      failure: { code: `${step}_failed`, image, evidence: [evidence] },
    })
    const deployment = each.stored.record
    if (lines.length > 0) tell({ is: 'logs', at: clock.now(), deployment, lines: [{ evidence, lines }] })
  }

  /** The service and its template may have changed while the image was built. */
  async function complete(digest: string): Promise<ReadyProcess | undefined> {
    const plan = await persistently(() => planAgain(process, digest)).catch(refusedOrThrow)
    if (signal.aborted) return settle(endedWithItsCommand(signal, 'its image was built'))
    if (plan.is === 'refused') {
      each.stored = { ...each.stored, record: { ...each.stored.record, imageDigest: digest } }
      const failure: Failure = { code: codeOf(plan), evidence: [], awsReason: plan.reason }
      return settle({ is: 'failed', reached: 'building', failure })
    }
    const whole = enter(
      withPlan(each.stored.record, plan),
      { is: 'preparing', step: 'register' },
      clock.now(),
    )
    each.stored = await persistently(() => keep(records, each.stored, whole))
    if (!isPreparing(each)) return ended()
    each.configuration = plan.restore ?? plan.configuration
    leases.built(process)
    tellChange(clock.now())
    return plan
  }

  async function settle(state: State): Promise<undefined> {
    const settled = enter(each.stored.record, state, clock.now())
    each.stored = await persistently(() => keep(records, each.stored, settled))
    return ended()
  }

  function ended(): undefined {
    tellChange(clock.now())
  }

  function tellChange(at: number): void {
    const before = told
    told = each.stored.record
    tell({ is: 'changed', at, before, deployment: told })
  }

  function persistently<Result>(work: () => Promise<Result>): Promise<Result> {
    return persist(work, { clock, ...patience })
  }

  function refusedOrThrow(error: unknown): RefusedProcess {
    if (!(error instanceof Refusal) || error instanceof Trouble) throw error
    return { is: 'refused', process, code: error.code, reason: error.message }
  }
}

function isPreparing({ stored }: Followed): boolean {
  return stored.record.state.is === 'preparing'
}

/** A deployment is recorded at `build` before it is told where its build begins: what comes before that replaces it. */
function enterStep(deployment: Deployment, step: BuildStepName, at: number): Deployment {
  const [only, second] = deployment.timeline
  const isUntold = only?.step === 'build' && second === undefined
  const state: State = { is: 'preparing', step }
  return isUntold && step !== 'build'
    ? { ...deployment, state, timeline: [{ ...only, step }] }
    : enter(deployment, state, at)
}

/** What was planned before the build has been planned again since. */
function withPlan({ count, ...rest }: Deployment, plan: ReadyProcess): Deployment {
  const present = inheritedCount({
    desired: plan.desired,
    ...(plan.count && { own: plan.count }),
    ...(count && { earlier: count }),
  })
  return { ...redrafted(rest, plan), ...(present && { count: present }) }
}

function whenAborted(signal: AbortSignal): Promise<'given_up'> {
  return new Promise(resolve => signal.addEventListener('abort', () => resolve('given_up'), { once: true }))
}

/** What refuses a plan is a reason of its own where there is one for it. */
function codeOf({ code }: RefusedProcess): FailureCode {
  return failureCodes.find(each => each === code) ?? 'never_started'
}

/** The next look will tell as well. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof Refusal)) throw error
}
