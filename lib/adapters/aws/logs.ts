import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'

import type { LogLine, Logs } from '../../actions/ports.ts'
import { Trouble } from '../../actions/trouble.ts'
import type { AwsOptions } from './client-settings.ts'
import { type ClientOf, type ServiceClients, serviceClients } from './clients.ts'
import { isAwsError } from './is-aws-error.ts'
import { logBatches } from './log-batches.ts'
import { present } from './present.ts'

/** An empty page does not mean the end; this many of them do. */
const mostPages = 10
const linesPerPage = 10_000
/** Newest first is refused for what is older (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html). */
const newestFirstSince = Date.UTC(2024, 0, 1)

/** Amazon CloudWatch Logs. */
export function awsLogs(clientOf: ClientOf<CloudWatchLogsClient>): Logs {
  return {
    async tail({ group, stream, region }, limit) {
      let lines: LogLine[] = []
      let nextToken: string | undefined
      for (let page = 0; page < mostPages && lines.length < limit; page += 1) {
        const request = {
          logGroupName: group,
          logStreamName: stream,
          startFromHead: false,
          limit: linesLeft(limit, lines),
          nextToken,
        }
        const answer = await unlessMissing(clientOf(region).send(new GetLogEventsCommand(request)))
        if (answer === undefined) return []
        const found = (answer.events ?? []).map((event, index) =>
          // GetLogEvents gives its events no ids; the place on its page is what tells two of the same moment apart.
          lineOf({
            ...event,
            logStreamName: stream,
            eventId: `${stream}/${event.timestamp ?? 0}/${page}.${index}`,
          }),
        )
        lines = [...found, ...lines]
        if (answer.nextBackwardToken === nextToken) break
        nextToken = answer.nextBackwardToken
      }
      return lines.slice(-limit)
    },

    async since({ group, streamPrefix, region, from, next }) {
      const { events = [], nextToken } = await clientOf(region).send(
        new FilterLogEventsCommand({
          logGroupName: group,
          logStreamNamePrefix: streamPrefix,
          startTime: from,
          nextToken: next,
        }),
      )
      const lines = events.map(lineOf).toSorted((one, other) => one.at - other.at)
      return present({ lines, next: nextToken })
    },

    async newest({ group, words, from, limit, next }) {
      const { events = [], nextToken } = await clientOf().send(
        new FilterLogEventsCommand({
          logGroupName: group,
          filterPattern: words.length === 0 ? undefined : words.map(word => `"${word}"`).join(' '),
          startTime: Math.max(from, newestFirstSince),
          startFromHead: false,
          limit,
          nextToken: next,
        }),
      )
      return present({ lines: events.map(ingestedLineOf), next: nextToken })
    },

    async append({ group, stream, lines }) {
      for (const batch of logBatches(lines)) {
        const logEvents = batch.map(({ at, message }) => ({ timestamp: at, message }))
        const put = new PutLogEventsCommand({ logGroupName: group, logStreamName: stream, logEvents })
        const isPut = await unlessMissing(clientOf().send(put))
        if (isPut === undefined) await makeStream(clientOf(), { group, stream })
        const { rejectedLogEventsInfo: rejected } = isPut ?? (await clientOf().send(put))
        if (rejected !== undefined) throw rejection({ group, stream })
      }
    },
  }
}

function linesLeft(limit: number, lines: readonly LogLine[]): number {
  return Math.min(limit - lines.length, linesPerPage)
}

type FoundEvent = {
  readonly timestamp?: number
  readonly ingestionTime?: number
  readonly message?: string
  readonly logStreamName?: string
  readonly eventId?: string
}

function lineOf({ timestamp = 0, message = '', logStreamName = '', eventId = '' }: FoundEvent): LogLine {
  return { at: timestamp, message, stream: logStreamName, id: eventId }
}

function ingestedLineOf(event: FoundEvent): LogLine {
  const { ingestionTime: ingestedAt } = event
  return { ...lineOf(event), ...(ingestedAt !== undefined && { ingestedAt }) }
}

/** The answer; absent if there is no such group or stream. */
async function unlessMissing<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined
    throw error
  }
}

async function makeStream(
  client: CloudWatchLogsClient,
  { group, stream }: { group: string; stream: string },
): Promise<void> {
  const create = (): Promise<unknown> =>
    unlessThere(client.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName: stream })))
  const isMade = await unlessMissing(create())
  if (isMade !== undefined) return
  await unlessThere(client.send(new CreateLogGroupCommand({ logGroupName: group })))
  await create()
}

/** Whoever made it first, it is there. */
async function unlessThere(asked: Promise<object>): Promise<object> {
  try {
    return await asked
  } catch (error) {
    if (isAwsError(error, 'ResourceAlreadyExistsException')) return {}
    throw error
  }
}

function rejection({ group, stream }: { group: string; stream: string }): Trouble {
  return new Trouble({
    kind: 'refused',
    code: 'log_rejected',
    message: `CloudWatch Logs did not keep some lines of ${group} ${stream}: they are too old, or too far in the future`,
    advice: "check this machine's clock and the log group's retention",
    awsCode: 'RejectedLogEvents',
    operation: 'PutLogEvents',
  })
}

export function logsClients(options: AwsOptions): ServiceClients<CloudWatchLogsClient> {
  return serviceClients(CloudWatchLogsClient, 'logs', options)
}
