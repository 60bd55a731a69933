/** CloudWatch Logs' memory. Times are milliseconds since the epoch. */
export type LogsState = {
  /** By log group name. */
  readonly groups: Record<string, LogGroupState>
  /** The sequence number of the next event: ids grow in the order of writing. */
  nextEvent: number
}

export type LogGroupState = {
  readonly name: string
  readonly createdAt: number
  retentionInDays?: number
  tags: Record<string, string>
  /** By stream name. */
  readonly streams: Record<string, LogStreamState>
}

export type LogStreamState = {
  readonly name: string
  readonly createdAt: number
  /** In the order of their timestamps. */
  readonly events: LogEventState[]
}

export type LogEventState = {
  readonly id: string
  readonly at: number
  readonly ingestedAt: number
  readonly message: string
}

export function emptyLogs(): LogsState {
  return { groups: {}, nextEvent: 1 }
}
