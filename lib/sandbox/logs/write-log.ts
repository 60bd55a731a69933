import type { LogGroupState, LogsState } from './state.ts'

export type LogLine = {
  readonly group: string
  readonly stream: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly message: string
  /** When CloudWatch received it. @default - at once */
  readonly ingestedAt?: number
}

/** One line of a running container. False when its log group is gone: the line is lost then, as on AWS. */
export function writeLog(
  state: LogsState,
  { group: name, stream, at, message, ingestedAt = at }: LogLine,
): boolean {
  const group = state.groups[name]
  if (group === undefined) return false
  const { events } = (group.streams[stream] ??= { name: stream, createdAt: at, events: [] })
  const id = String(state.nextEvent++).padStart(eventIdLength, '0')
  const after = events.findLastIndex(event => event.at <= at)
  events.splice(after + 1, 0, { id, at, ingestedAt, message })
  return true
}

/** As long as AWS's. */
const eventIdLength = 56

export function logGroupExists(state: LogsState, group: string): boolean {
  return state.groups[group] !== undefined
}

/** For `awslogs-create-group` and the seed; an existing group stays as it is. */
export function ensureLogGroup(state: LogsState, { name, at }: { name: string; at: number }): LogGroupState {
  // Without a prototype: clients name the streams.
  return (state.groups[name] ??= { name, createdAt: at, tags: {}, streams: Object.create(null) })
}
