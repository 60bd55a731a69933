import { type Deployment, enter } from '../../deployment/deployment.ts'
import type { Failure } from '../../deployment/failure.ts'
import type { State } from '../../deployment/state.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Stored } from '../../records/records.ts'
import type { DeployEvent } from '../events.ts'
import { evidenceLines } from '../follow/evidence-lines.ts'
import type { Followed } from '../follow/followed.ts'
import type { Gathered } from '../plan/gather.ts'
import { giveWay } from '../settle/give-way.ts'
import { keep } from '../keep.ts'
import type { Leases } from '../leases/leases.ts'
import { LostTask } from '../tasks/lost-task.ts'
import type { ReadyProcess } from '../plan/plan.ts'
import type { Ports } from '../ports.ts'
import type { Release } from './release-of.ts'
import { type TaskEnd, type TaskNews, runTask } from '../tasks/run-task.ts'
import { runTaskEvidence } from '../tasks/run-task-failure.ts'
import { withRunRevision } from '../tasks/run-task-revision.ts'
import { runTaskStarter } from '../tasks/run-task-starter.ts'
import { isPassing } from '../trouble.ts'
import { endedWithItsCommand } from '../follow/why-over.ts'

export type ReleaseOptions = {
  /** All deployments that wait for it. */
  readonly followed: readonly Followed[]
  readonly gathered: Pick<Gathered, 'processes'>
  readonly leases: Leases
  readonly ports: Ports
  /** Aborted when nobody waits any longer: then it is stopped, and nothing is deployed. */
  readonly signal: AbortSignal
  readonly tell: (event: DeployEvent) => void
}

/** The release command of one deploy. */
export type Releasing = {
  /** Runs it, or waits for it; answers whether the deployment goes on. Where it does not, it has come to its end. */
  isDone(each: Followed, process: ReadyProcess): Promise<boolean>
  /** Nothing comes of this process: if the command was to run with it, it cannot any more. */
  without(process: string): void
}

/** From being asked for, in milliseconds. */
const limit = 10 * 60_000
/** Between two looks at the records: somebody may have cancelled them all. In milliseconds. */
const lookEvery = 5_000
/** Nobody, and no CI system, should think that it hangs. In milliseconds. */
const longestSilence = 60_000

type Verdict =
  | { readonly is: 'passed' }
  | { readonly is: 'stopped' }
  | { readonly is: 'failed'; readonly failure: Failure }

/** Runs the release command once, from the new image, before any process starts with it. Where it fails, nothing is asked of ECS. */
export function releasing(
  { process: chosen, command }: Release,
  { followed, gathered, leases, ports, signal, tell }: ReleaseOptions,
): Releasing {
  const { records, clock } = ports
  let decide: (verdict: Verdict | Promise<Verdict>) => void = () => {}
  const verdict = new Promise<Verdict>(resolve => {
    decide = resolve
  })
  let hasBegun = false
  let lookedAt = clock.now()
  let heardAt = clock.now()
  let doing: (DeployEvent & { is: 'doing' }) | undefined

  return {
    async isDone(each, process) {
      // Whoever waits hears of what breaks; nobody does, where it was the last.
      verdict.catch(() => {})
      if (process.process === chosen) {
        hasBegun = true
        decide(run(each, process).catch(failedBy))
      }
      return conclude(each, await verdict)
    },
    without(process) {
      if (process !== chosen || hasBegun) return
      const awsReason = `there is no image of ${chosen} to run it with`
      decide({ is: 'failed', failure: { code: 'release_failed', evidence: [], awsReason } })
    },
  }

  async function run(each: Followed, process: ReadyProcess): Promise<Verdict> {
    const { record } = each.stored
    const service = gathered.processes.find(one => one.process === chosen)?.service
    const hear = (news: TaskNews): void => hearOf(record, news)
    const { app, id } = record
    const { from, container, repository, imageDigest: digest, dockerTag } = process
    const end = await withRunRevision(
      { app, process: chosen, from, container, repository, digest, dockerTag },
      ports,
      definition =>
        runTask(
          {
            definition,
            cluster: record.cluster,
            container,
            command,
            placement: service?.placement ?? {},
            startedBy: runTaskStarter('release', id),
          },
          { ports, signal, limit, isWanted, tell: hear },
        ),
    )
    const verdict = verdictOn(end, { container, releasedWith: id })
    ports.audit.tell({
      is: 'release',
      app,
      process: chosen,
      deploymentId: id,
      details: { task: end.task.id, ...(end.exitCode !== undefined && { exitCode: end.exitCode }) },
    })
    return verdict
  }

  function verdictOn(
    end: TaskEnd,
    { container, releasedWith }: { readonly container: string; readonly releasedWith: string },
  ): Verdict {
    if (end.stopped === 'interrupted' || end.stopped === 'not_wanted') return { is: 'stopped' }
    if (end.stopped === undefined && end.exitCode === 0) return { is: 'passed' }
    const evidence = [runTaskEvidence(end, container)]
    return {
      is: 'failed',
      failure: {
        code: 'release_failed',
        evidence,
        releasedWith,
        ...(end.stopped === 'too_long' && { limit }),
      },
    }
  }

  function hearOf(deployment: Deployment, news: TaskNews): void {
    const at = clock.now()
    heardAt = at
    const say = (message: string): void => tell({ is: 'step_log', at, deployment, step: 'deploy', message })
    switch (news.is) {
      case 'asked': {
        const what = `running the release command: ${command.join(' ')} (task ${news.task.id.slice(0, 8)})`
        doing = { is: 'doing', at, deployment, what, since: at }
        return tell(doing)
      }
      case 'started':
        return undefined
      case 'line':
        return say(news.line.message)
      case 'unread':
        return say(`(its log cannot be read: ${news.reason})`)
      case 'stopping':
        return say(`(stopping it: ${inWords[news.why]})`)
    }
  }

  /** Somebody cancels deployments, or takes over from them, while it runs: for the last one it need not go on. */
  async function isWanted(): Promise<boolean> {
    const at = clock.now()
    if (doing !== undefined && at - heardAt >= longestSilence) {
      heardAt = at
      tell({ ...doing, at })
    }
    if (at - lookedAt < lookEvery) return true
    lookedAt = at
    const [first] = followed
    if (first === undefined) return false
    try {
      const ids = followed.map(({ stored }) => stored.record.id)
      const present = await records.deployments(first.stored.record.app, ids)
      return present.some(({ record }) => record.state.is === 'preparing' && leases.holds(record.process))
    } catch (error) {
      // The next look will tell as well.
      if (isPassing(error)) return true
      throw error
    }
  }

  async function conclude(each: Followed, how: Verdict): Promise<boolean> {
    if (how.is === 'passed') return true
    const before = each.stored.record
    each.stored = leases.holds(before.process)
      ? await settled(each.stored, how)
      : await giveWay(each.stored, ports)
    const deployment = each.stored.record
    tell({ is: 'changed', at: clock.now(), before, deployment })
    if (how.is === 'failed' && before.process === chosen) {
      const lines = await evidenceLines(how.failure, ports.logs)
      // It was told as it came; the document at the end has it from here.
      tell({ is: 'logs', at: clock.now(), deployment, lines })
    }
    return false
  }

  /** Whoever cancelled it meanwhile has the last word. */
  async function settled(
    stored: Stored<Deployment>,
    how: Exclude<Verdict, { is: 'passed' }>,
  ): Promise<Stored<Deployment>> {
    let present = stored
    while (present.record.state.is === 'preparing') {
      const next = enter(present.record, stateAfter(how, signal), clock.now())
      present = await keep(records, present, next)
    }
    return present
  }
}

const inWords: Readonly<Record<(TaskNews & { is: 'stopping' })['why'], string>> = {
  interrupted: 'nobody waits any longer',
  too_long: 'it had ten minutes',
  not_wanted: 'nothing is deployed any more',
}

function stateAfter(how: Exclude<Verdict, { is: 'passed' }>, signal: AbortSignal): State {
  return how.is === 'failed'
    ? { is: 'failed', reached: 'building', failure: how.failure }
    : endedWithItsCommand(signal, 'the release command ran')
}

/** AWS did not start it, or does not tell any more how it stands. */
function failedBy(error: unknown): Verdict {
  if (!(error instanceof Refusal)) throw error
  if (error instanceof LostTask) {
    const { taskId, log, message: awsReason } = error
    const evidence = [{ taskId, ...(log && { log }) }]
    return { is: 'failed', failure: { code: 'release_failed', evidence, awsReason } }
  }
  return { is: 'failed', failure: { code: 'release_failed', evidence: [], awsReason: error.message } }
}
