import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'

import { logBatches } from '../../lib/adapters/aws/log-batches.ts'
import { awsLogs } from '../../lib/adapters/aws/logs.ts'

const mock = mockClient(CloudWatchLogsClient)
const logs = awsLogs(region => new CloudWatchLogsClient({ region: region ?? 'eu-west-1' }))
const place = { group: '/tapit/shop/web', stream: 'web/web/1' }
const missing = new ResourceNotFoundException({ message: 'no', $metadata: {} })

beforeEach(() => mock.reset())

describe('tail', () => {
  it('reads back over empty and short pages until it has the lines', async () => {
    mock
      .on(GetLogEventsCommand, { nextToken: undefined, limit: 3 })
      .resolves({ events: [], nextBackwardToken: 'b1' })
    mock.on(GetLogEventsCommand, { nextToken: 'b1', limit: 3 }).resolves({
      events: [
        { timestamp: 2, message: 'two' },
        { timestamp: 3, message: 'three' },
      ],
      nextBackwardToken: 'b2',
    })
    mock
      .on(GetLogEventsCommand, { nextToken: 'b2', limit: 1 })
      .resolves({ events: [{ timestamp: 1, message: 'one' }], nextBackwardToken: 'b3' })

    const lines = await logs.tail(place, 3)

    expect(lines.map(({ message }) => message)).toEqual(['one', 'two', 'three'])
    expect(new Set(lines.map(({ id }) => id)).size).toBe(3)
  })

  it('ends where the token stays the same', async () => {
    mock
      .on(GetLogEventsCommand)
      .resolves({ events: [{ timestamp: 1, message: 'one' }], nextBackwardToken: 'b1' })
    mock.on(GetLogEventsCommand, { nextToken: 'b1' }).resolves({ events: [], nextBackwardToken: 'b1' })

    expect(await logs.tail(place, 50)).toHaveLength(1)
    expect(mock.calls()).toHaveLength(2)
  })

  it('is empty when there is no such stream', async () => {
    mock.on(GetLogEventsCommand).rejects(missing)

    expect(await logs.tail(place, 50)).toEqual([])
  })
})

describe('since', () => {
  it('answers a page, oldest first, and where the next one begins', async () => {
    const request = { logGroupName: place.group, logStreamNamePrefix: 'web/', startTime: 5, nextToken: 'n1' }
    mock.on(FilterLogEventsCommand, request).resolves({
      events: [
        { timestamp: 7, message: 'b', logStreamName: 's', eventId: '2' },
        { timestamp: 6, message: 'a', logStreamName: 's', eventId: '1' },
      ],
      nextToken: 'n2',
    })

    expect(await logs.since({ group: place.group, streamPrefix: 'web/', from: 5, next: 'n1' })).toEqual({
      lines: [
        { at: 6, message: 'a', stream: 's', id: '1' },
        { at: 7, message: 'b', stream: 's', id: '2' },
      ],
      next: 'n2',
    })
  })

  it('has an empty page with more behind it', async () => {
    mock.on(FilterLogEventsCommand).resolves({ events: [], nextToken: 'n' })

    expect(await logs.since({ group: place.group, from: 0 })).toEqual({ lines: [], next: 'n' })
  })
})

describe('newest', () => {
  it('asks for the newest first, and for words as they stand', async () => {
    const from = Date.UTC(2026, 0, 1)
    mock
      .on(FilterLogEventsCommand, {
        logGroupName: place.group,
        filterPattern: '"dep_1" "worker"',
        startTime: from,
        startFromHead: false,
        limit: 2,
      })
      .resolves({
        events: [{ timestamp: 7, ingestionTime: 8, message: 'b', logStreamName: 's', eventId: '2' }],
        nextToken: 'n2',
      })

    const page = await logs.newest({ group: place.group, words: ['dep_1', 'worker'], from, limit: 2 })

    expect(page).toEqual({
      lines: [{ at: 7, ingestedAt: 8, message: 'b', stream: 's', id: '2' }],
      next: 'n2',
    })
  })

  it('asks for nothing that is older than AWS can answer in this order', async () => {
    mock.on(FilterLogEventsCommand).resolves({})

    await logs.newest({ group: place.group, words: [], from: 0, limit: 1 })

    expect(mock.commandCalls(FilterLogEventsCommand)[0]?.args[0].input).toMatchObject({
      startTime: Date.UTC(2024, 0, 1),
      filterPattern: undefined,
    })
  })
})

describe('append', () => {
  const lines = [{ at: 1, message: 'one' }]

  it('makes the stream and its group when they are not there', async () => {
    mock.on(PutLogEventsCommand).rejectsOnce(missing).resolves({})
    mock.on(CreateLogStreamCommand).rejectsOnce(missing).resolves({})
    mock.on(CreateLogGroupCommand).resolves({})

    await logs.append({ ...place, lines })

    expect(mock.calls().map(({ args }) => args[0].constructor.name)).toEqual([
      'PutLogEventsCommand',
      'CreateLogStreamCommand',
      'CreateLogGroupCommand',
      'CreateLogStreamCommand',
      'PutLogEventsCommand',
    ])
  })

  it('goes on when somebody else made them first', async () => {
    const there = new ResourceAlreadyExistsException({ message: 'there', $metadata: {} })
    mock.on(PutLogEventsCommand).rejectsOnce(missing).resolves({})
    mock.on(CreateLogStreamCommand).rejects(there)

    await logs.append({ ...place, lines })

    expect(mock.commandCalls(PutLogEventsCommand)).toHaveLength(2)
  })

  it('fails when CloudWatch does not keep a line', async () => {
    mock.on(PutLogEventsCommand).resolves({ rejectedLogEventsInfo: { tooOldLogEventEndIndex: 1 } })

    await expect(logs.append({ ...place, lines })).rejects.toMatchObject({ code: 'log_rejected' })
  })

  it('sends nothing for no lines', async () => {
    await logs.append({ ...place, lines: [] })

    expect(mock.calls()).toHaveLength(0)
  })
})

describe('logBatches', () => {
  it('orders lines by time', () => {
    expect(
      logBatches([
        { at: 2, message: 'b' },
        { at: 1, message: 'a' },
      ]),
    ).toEqual([
      [
        { at: 1, message: 'a' },
        { at: 2, message: 'b' },
      ],
    ])
  })

  it.each([
    ['events', Array.from({ length: 10_001 }, () => ({ at: 1, message: 'x' })), [10_000, 1]],
    ['bytes', Array.from({ length: 5 }, () => ({ at: 1, message: 'x'.repeat(400_000) })), [2, 2, 1]],
    ['a day', [0, 1, 86_400_000].map(at => ({ at, message: 'x' })), [2, 1]],
  ])('begins another batch after so many %s', (_, lines, sizes) => {
    expect(logBatches(lines).map(({ length }) => length)).toEqual(sizes)
  })

  it('cuts a line that no batch can hold, and fills an empty one', () => {
    const [batch = []] = logBatches([{ at: 1, message: 'é'.repeat(600_000) }])
    const [[empty] = []] = logBatches([{ at: 1, message: '' }])

    expect(Buffer.byteLength(batch[0]?.message ?? '') + 26).toBeLessThanOrEqual(1_048_576)
    expect(batch[0]?.message.endsWith('é … [cut]')).toBe(true)
    expect(empty?.message).toBe(' ')
  })
})
