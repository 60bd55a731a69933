import type { LogsHandlers, logs } from '../wire/handlers.ts'
import { AwsError } from '../wire/aws-error.ts'
import { pageOf } from '../page-of.ts'
import type { World } from '../world.ts'
import { filterPattern } from './filter-pattern.ts'
import { isAfter, isBefore, searchPosition, searchToken, streamTokens } from './position.ts'
import type { LogEventState, LogGroupState, LogStreamState } from './state.ts'
import { ensureLogGroup, writeLog } from './write-log.ts'

/** Amazon CloudWatch Logs. */
export function logsHandlers({ account, region, clock, state: { logs: state } }: World): LogsHandlers {
  const arnOf = (name: string) => `arn:aws:logs:${region}:${account}:log-group:${name}`
  const theGroup = ({ logGroupName, logGroupIdentifier }: GroupInput): LogGroupState => {
    if ((logGroupName === undefined) === (logGroupIdentifier === undefined)) {
      throw invalid('Exactly one of logGroupName and logGroupIdentifier must be given')
    }
    const name =
      logGroupName ?? /:log-group:([^:]+)(:\*)?$/.exec(logGroupIdentifier ?? '')?.[1] ?? logGroupIdentifier
    const group = state.groups[name ?? '']
    if (group === undefined)
      throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.')
    return group
  }
  const describedGroup = (group: LogGroupState): logs.LogGroup => ({
    logGroupName: group.name,
    creationTime: group.createdAt,
    retentionInDays: group.retentionInDays,
    metricFilterCount: 0,
    storedBytes: Object.values(group.streams).reduce((sum, stream) => sum + bytesOf(stream), 0),
    arn: `${arnOf(group.name)}:*`,
    logGroupArn: arnOf(group.name),
    logGroupClass: 'STANDARD',
  })
  const describedStream = (group: LogGroupState, stream: LogStreamState): logs.LogStream => ({
    logStreamName: stream.name,
    creationTime: stream.createdAt,
    firstEventTimestamp: stream.events[0]?.at,
    lastEventTimestamp: stream.events.at(-1)?.at,
    lastIngestionTime: stream.events.at(-1)?.ingestedAt,
    arn: `${arnOf(group.name)}:log-stream:${stream.name}`,
    storedBytes: 0,
  })

  return {
    CreateLogGroup: ({ logGroupName: name = '', tags = {} }) => {
      if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) throw invalid(nameConstraint('logGroupName', name))
      if (state.groups[name] !== undefined) {
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists')
      }
      ensureLogGroup(state, { name, at: clock.now() }).tags = { ...tags }
      return {}
    },

    DeleteLogGroup: input => {
      delete state.groups[theGroup(input).name]
      return {}
    },

    PutRetentionPolicy: ({ retentionInDays = 0, ...input }) => {
      if (!retentions.includes(retentionInDays)) {
        throw invalid(`'retentionInDays' must be one of ${retentions.join(', ')}; got ${retentionInDays}`)
      }
      theGroup(input).retentionInDays = retentionInDays
      return {}
    },

    DeleteRetentionPolicy: input => {
      delete theGroup(input).retentionInDays
      return {}
    },

    CreateLogStream: ({ logStreamName: name = '', ...input }) => {
      const { streams } = theGroup(input)
      if (!/^[^:*]{1,512}$/.test(name)) throw invalid(nameConstraint('logStreamName', name))
      if (streams[name] !== undefined) {
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists')
      }
      streams[name] = { name, createdAt: clock.now(), events: [] }
      return {}
    },

    DeleteLogStream: ({ logStreamName, ...input }) => {
      const { streams } = theGroup(input)
      delete streams[theStream(streams, logStreamName).name]
      return {}
    },

    PutLogEvents: ({ logStreamName, logEvents = [], ...input }) => {
      const group = theGroup(input)
      const stream = theStream(group.streams, logStreamName)
      const at = logEvents.map(({ timestamp = 0 }) => timestamp)
      if (at.length === 0 || at.length > largestBatch)
        throw invalid(`A batch holds 1 to ${largestBatch} log events`)
      if (at.some((time, index) => time < (at[index - 1] ?? time))) {
        throw invalid('Log events in a single PutLogEvents request must be in chronological order.')
      }
      const now = clock.now()
      const tooOld = at.filter(time => time < now - oldestAccepted).length
      const tooNew = at.findIndex(time => time > now + newestAccepted)
      for (const { timestamp = 0, message = '' } of logEvents.slice(
        tooOld,
        tooNew === -1 ? undefined : tooNew,
      )) {
        writeLog(state, { group: group.name, stream: stream.name, at: timestamp, message, ingestedAt: now })
      }
      if (tooOld === 0 && tooNew === -1) return {}
      return {
        rejectedLogEventsInfo: {
          ...(tooOld === 0 ? {} : { tooOldLogEventEndIndex: tooOld }),
          ...(tooNew === -1 ? {} : { tooNewLogEventStartIndex: tooNew }),
        },
      }
    },

    DescribeLogGroups: ({ logGroupNamePrefix, logGroupNamePattern, limit, nextToken }) => {
      if (logGroupNamePrefix !== undefined && logGroupNamePattern !== undefined) {
        throw invalid('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.')
      }
      const groups = Object.values(state.groups)
        .filter(({ name }) => name.startsWith(logGroupNamePrefix ?? ''))
        .filter(({ name }) => name.toLowerCase().includes((logGroupNamePattern ?? '').toLowerCase()))
        .toSorted((a, b) => compared(a.name, b.name))
      const { page, nextToken: next } = pageOf(groups, { ...paging, token: nextToken, size: limit })
      return { logGroups: page.map(describedGroup), nextToken: next }
    },

    DescribeLogStreams: ({ logStreamNamePrefix = '', orderBy, descending, limit, nextToken, ...input }) => {
      const group = theGroup(input)
      const byTime = orderBy === 'LastEventTime'
      if (byTime && logStreamNamePrefix !== '') {
        throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.')
      }
      const streams = Object.values(group.streams)
        .filter(({ name }) => name.startsWith(logStreamNamePrefix))
        .toSorted((a, b) => {
          const times = byTime ? (a.events.at(-1)?.at ?? 0) - (b.events.at(-1)?.at ?? 0) : 0
          return times === 0 ? compared(a.name, b.name) : times
        })
      const ordered = descending === true ? streams.toReversed() : streams
      const { page, nextToken: next } = pageOf(ordered, { ...paging, token: nextToken, size: limit })
      return { logStreams: page.map(stream => describedStream(group, stream)), nextToken: next }
    },

    FilterLogEvents: input => {
      const {
        logStreamNames,
        logStreamNamePrefix,
        startTime = 0,
        endTime = Infinity,
        limit,
        nextToken,
      } = input
      const group = theGroup(input)
      if (logStreamNames !== undefined && logStreamNamePrefix !== undefined) {
        throw invalid('logStreamNamePrefix and logStreamNames are mutually exclusive parameters.')
      }
      const streams =
        logStreamNames?.map(name => theStream(group.streams, name)) ??
        Object.values(group.streams).filter(({ name }) => name.startsWith(logStreamNamePrefix ?? ''))
      const matches = filterPattern(input.filterPattern ?? '')
      if (input.startFromHead === false && startTime < newestFirstSince) {
        throw invalid('startFromHead set to false requires a startTime on or after Jan 1, 2024 00:00:00 UTC.')
      }
      const { newestFirst, position: after } =
        nextToken === undefined
          ? { newestFirst: input.startFromHead === false, position: undefined }
          : searchPosition(nextToken)
      const events = streams
        .flatMap(({ name, events: its }) => its.map(event => ({ ...event, stream: name })))
        .filter(({ at, message }) => at >= startTime && at <= endTime && matches(message))
        .filter(
          event => after === undefined || (newestFirst ? isBefore(event, after) : isAfter(event, after)),
        )
        .toSorted((a, b) => (isAfter(a, b) === newestFirst ? -1 : 1))
      const page = upToBytes(events.slice(0, pageSize(limit)))
      const last = page.at(-1)
      return {
        events: page.map(({ id, stream, at, ingestedAt, message }) => ({
          logStreamName: stream,
          timestamp: at,
          message,
          ingestionTime: ingestedAt,
          eventId: id,
        })),
        searchedLogStreams: [],
        ...(last !== undefined && page.length < events.length
          ? { nextToken: searchToken(last, { newestFirst }) }
          : {}),
      }
    },

    GetLogEvents: input => {
      const { logStreamName, startTime = 0, endTime = Infinity, startFromHead = false, nextToken } = input
      const stream = theStream(theGroup(input).streams, logStreamName)
      const events = stream.events.filter(({ at }) => at >= startTime && at < endTime)
      const { page, forward, backward } = streamTokens(events, {
        token: nextToken,
        fromHead: startFromHead,
        size: pageSize(input.limit),
      })
      return {
        events: page.map(({ at, ingestedAt, message }) => ({
          timestamp: at,
          message,
          ingestionTime: ingestedAt,
        })),
        nextForwardToken: forward,
        nextBackwardToken: backward,
      }
    },
  }
}

type GroupInput = { readonly logGroupName?: string; readonly logGroupIdentifier?: string }

const largestBatch = 10_000
const largestPage = 1024 * 1024
const newestFirstSince = Date.UTC(2024, 0, 1)
const oldestAccepted = 14 * 24 * 60 * 60 * 1000
const newestAccepted = 2 * 60 * 60 * 1000
const paging = { largest: 50, invalidToken: 'InvalidParameterException' }
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]

function theStream(streams: LogGroupState['streams'], name = ''): LogStreamState {
  const stream = streams[name]
  if (stream === undefined)
    throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.')
  return stream
}

function pageSize(limit = largestBatch): number {
  if (limit < 1 || limit > largestBatch)
    throw invalid(`'limit' must be between 1 and ${largestBatch}; got ${limit}`)
  return limit
}

/** As many of the events as fit into a page; at least one. */
function upToBytes<Event extends LogEventState>(events: readonly Event[]): readonly Event[] {
  let bytes = 0
  const tooMany = events.findIndex(event => {
    bytes += bytesOf({ events: [event] })
    return bytes > largestPage
  })
  return tooMany === -1 ? events : events.slice(0, Math.max(1, tooMany))
}

/** AWS adds 26 bytes to each message. */
function bytesOf({ events }: { events: readonly LogEventState[] }): number {
  return events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + 26, 0)
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message)
}

function nameConstraint(member: string, value: string): string {
  return `1 validation error detected: Value '${value.slice(0, 512)}' at '${member}' failed to satisfy constraint: Member must satisfy regular expression pattern`
}

function compared(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
