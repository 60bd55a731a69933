import type { LogPointer } from '../../deployment/failure.ts'
import type { Instant } from '../../deployment/state.ts'
import { type TaskDefinition, logOf } from '../../deployment/task-definition.ts'
import type { Clock } from '../../names/clock.ts'
import { LostTask } from './lost-task.ts'
import type { LogLine, Ports, Task, TaskRun } from '../ports.ts'
import { readLogs } from '../logs/read-logs.ts'
import { Trouble, isPassing } from '../trouble.ts'

/** One task by itself: what it runs, and as what. */
export type TaskWish = Omit<TaskRun, 'taskDefinition' | 'token'> & { readonly definition: TaskDefinition }

export type RunTaskOptions = {
  readonly ports: Pick<Ports, 'ecs' | 'logs' | 'clock' | 'newToken'>
  /** Aborted when nobody waits any longer: the task is stopped, and followed to its end. */
  readonly signal: AbortSignal
  /** How long it may take from being asked for, in milliseconds. @default - as long as it takes */
  readonly limit?: number
  /** Whether its end is still of use, asked at every look. @default - always */
  readonly isWanted?: () => Promise<boolean>
  /** Not followed: the answer is the task as it was started. @default false */
  readonly detached?: boolean
  readonly tell: (news: TaskNews) => void
}

/** Why tapit stopped it. */
export type StopCause = 'interrupted' | 'too_long' | 'not_wanted'

export type TaskNews =
  | { readonly is: 'asked'; readonly at: Instant; readonly task: Task; readonly log?: LogPointer }
  | { readonly is: 'started'; readonly at: Instant }
  | { readonly is: 'line'; readonly line: LogLine }
  /** Its log cannot be read, and why; it runs all the same. */
  | { readonly is: 'unread'; readonly at: Instant; readonly reason: string }
  | { readonly is: 'stopping'; readonly at: Instant; readonly why: StopCause }

export type TaskEnd = {
  readonly task: Task
  readonly log?: LogPointer
  /** Of the container that ran the command; absent where that never started, or was not waited for. */
  readonly exitCode?: number
  readonly stopped?: StopCause
}

/** Between two looks at a task whose log cannot be read, in milliseconds. */
const every = 2_500
/** So many looks in a row that show no such task. */
const mostMisses = 20
/** A machine's clock may be ahead of AWS's: what a task logs right at its start must not count as older than the task. */
const earlier = 60_000

/** Starts one task, tells what it logs while it runs, and answers how it ended. */
export async function runTask(
  { definition, ...wish }: TaskWish,
  { ports, signal, limit = Infinity, isWanted = async () => true, detached = false, tell }: RunTaskOptions,
): Promise<TaskEnd> {
  const { ecs, clock, newToken } = ports
  let task = await ecs.runTask({ ...wish, taskDefinition: definition.arn, token: newToken() })
  const askedAt = clock.now()
  const container = definition.containers.find(({ name }) => name === wish.container)
  const log = container && logOf(container, task.id)
  tell({ is: 'asked', at: askedAt, task, ...(log && { log }) })
  const found = { ...(log && { log }) }
  if (detached) return { ...found, task }

  let stopped: StopCause | undefined
  let stopping: Promise<void> = Promise.resolve()
  let isTold = false
  let misses = 0
  const onAbort = (): void => stop('interrupted')
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) stop('interrupted')
  try {
    await follow()
    await stopping
  } catch (error) {
    if (!(error instanceof Trouble)) throw error
    throw new LostTask(task, { why: error.message, cause: error, ...found })
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
  const exitCode = exitCodeOf(task)
  return {
    ...found,
    task,
    ...(exitCode !== undefined && { exitCode }),
    ...(stopped !== undefined && { stopped }),
  }

  function stop(why: StopCause): void {
    if (stopped !== undefined) return
    stopped = why
    tell({ is: 'stopping', at: clock.now(), why })
    stopping = ecs.stopTask({ cluster: wish.cluster, arn: task.arn, reason: `tapit: ${inWords[why]}` })
    // Heard at the end; meanwhile the task is looked at all the same.
    stopping.catch(() => {})
  }

  async function follow(): Promise<void> {
    const trouble = log === undefined ? undefined : await readAlong(log)
    if (trouble !== undefined) tell({ is: 'unread', at: clock.now(), reason: trouble.message })
    if (log === undefined || trouble !== undefined)
      while (!(await unlessPassing(isOver))) await clock.sleep(every)
  }

  /** What stops the reading, if not the end of the task. Its own trouble with the task throws. */
  async function readAlong({ group, stream, region }: LogPointer): Promise<Trouble | undefined> {
    let ofTask: unknown
    const source = { process: wish.container, group, streamPrefix: stream, ...(region && { region }) }
    const ahead = (task.createdAt ?? askedAt) - askedAt
    try {
      const lines = readLogs({
        sources: [source],
        from: askedAt + ahead - earlier,
        follow: true,
        isOver: () =>
          isOver().catch((error: unknown) => {
            ofTask = error
            throw error
          }),
        logs: ports.logs,
        // Lines carry AWS's time, not ours.
        clock: shifted(clock, ahead),
        signal: new AbortController().signal,
      })
      for await (const batch of lines) for (const line of batch) tell({ is: 'line', line })
      return undefined
    } catch (error) {
      if (error === ofTask || !(error instanceof Trouble)) throw error
      return error
    }
  }

  async function isOver(): Promise<boolean> {
    const [now] = await ecs.tasks(wish.cluster, [task.arn])
    // Right after it was asked for, ECS may not show it yet.
    misses = now === undefined ? misses + 1 : 0
    // ECS remembers it for an hour after its end: this machine must have slept.
    if (misses > mostMisses) throw new LostTask(task, { why: 'ECS does not know it any more.', ...found })
    task = now ?? task
    if (!isTold && task.startedAt !== undefined) {
      isTold = true
      tell({ is: 'started', at: clock.now() })
    }
    if (clock.now() - askedAt > limit) stop('too_long')
    if (hasEnded(task)) return true
    if (stopped === undefined && !(await isWanted())) stop('not_wanted')
    return false
  }

  function exitCodeOf({ containers }: Task): number | undefined {
    return containers.find(({ name }) => name === wish.container)?.exitCode
  }

  /** What is put away after the last container has stopped is Fargate's business. */
  function hasEnded(now: Task): boolean {
    return (
      now.lastStatus === 'STOPPED' || (now.lastStatus === 'DEPROVISIONING' && exitCodeOf(now) !== undefined)
    )
  }
}

const inWords: Readonly<Record<StopCause, string>> = {
  interrupted: 'its command was interrupted',
  too_long: 'its time was over',
  not_wanted: 'nobody waits for it any longer',
}

function shifted(clock: Clock, by: number): Clock {
  return { now: () => clock.now() + by, sleep: (milliseconds, signal) => clock.sleep(milliseconds, signal) }
}

async function unlessPassing(work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await work()
  } catch (error) {
    if (isPassing(error)) return false
    throw error
  }
}
