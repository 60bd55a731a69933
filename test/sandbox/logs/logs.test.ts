import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { describe, expect, it } from 'vitest'
import { writeLog } from '../../../lib/sandbox/logs/write-log.ts'
import { openTestSandbox } from '../wire/open-test-sandbox.ts'

const logGroupName = '/tapit/shop/worker'

async function openWithLog() {
  const opened = await openTestSandbox()
  const logs = new CloudWatchLogsClient(opened.client)
  await logs.send(new CreateLogGroupCommand({ logGroupName }))
  const now = opened.clock.now()
  const write = (stream: string, seconds: number, message: string) =>
    writeLog(opened.sandbox.world.state.logs, {
      group: logGroupName,
      stream,
      at: now + seconds * 1000,
      message,
    })
  const search = async (input: Omit<FilterLogEventsCommandInput, 'logGroupName'>) => {
    const found = await logs.send(new FilterLogEventsCommand({ logGroupName, ...input }))
    return { ...found, messages: found.events?.map(({ message }) => message) }
  }
  return { ...opened, logs, now, write, search }
}

describe('FilterLogEvents', () => {
  it.each([
    [{}, ['one', 'ERROR two', 'three']],
    [{ filterPattern: 'ERROR' }, ['ERROR two']],
    [{ filterPattern: '?one ?three' }, ['one', 'three']],
    [{ filterPattern: '-ERROR' }, ['one', 'three']],
    [{ filterPattern: '"ERROR two"' }, ['ERROR two']],
    [{ logStreamNamePrefix: 'a' }, ['one', 'three']],
    [{ logStreamNames: ['b'] }, ['ERROR two']],
    [{ startFromHead: false, startTime: Date.parse('2026-01-01') }, ['three', 'ERROR two', 'one']],
  ])('finds with %j, from all streams in the order of time', async (input, messages) => {
    const { write, search } = await openWithLog()
    write('a/1', 0, 'one')
    write('a/1', 2, 'three')
    write('b', 1, 'ERROR two')

    expect((await search(input)).messages).toEqual(messages)
  })

  it('includes its startTime and its endTime', async () => {
    const { now, write, search } = await openWithLog()
    for (const second of [0, 1, 2, 3]) write('a', second, String(second))

    const { messages } = await search({ startTime: now + 1000, endTime: now + 2000 })

    expect(messages).toEqual(['1', '2'])
  })

  it('goes on after its last page when new events came in between, late ones too', async () => {
    const { write, search } = await openWithLog()
    for (const second of [0, 2, 4]) write('a', second, String(second))

    const first = await search({ limit: 2 })
    write('a', 1, 'late')
    write('b', 3, '3')
    const second = await search({ limit: 2, nextToken: first.nextToken })

    expect([first.messages, second.messages]).toEqual([
      ['0', '2'],
      ['3', '4'],
    ])
    expect(second.nextToken).toBeUndefined()
  })

  it.each([
    [{ logStreamNames: ['nope'] }, 'ResourceNotFoundException'],
    [{ logStreamNames: ['a'], logStreamNamePrefix: 'a' }, 'InvalidParameterException'],
    [{ filterPattern: '{ $.level = "error" }' }, 'InvalidParameterException'],
    [{ nextToken: 'nonsense' }, 'InvalidParameterException'],
    [{ startFromHead: false }, 'InvalidParameterException'],
    [{ limit: 20_000 }, 'InvalidParameterException'],
  ])('refuses %j with %s', async (input, name) => {
    const { write, search } = await openWithLog()
    write('a', 0, 'x')

    await expect(search(input)).rejects.toMatchObject({ name })
  })
})

describe('GetLogEvents', () => {
  it('begins at the end, and its tokens lead both ways until they stay the same', async () => {
    const { logs, write } = await openWithLog()
    for (const second of [0, 1, 2, 3]) write('a', second, String(second))
    const read = async (nextToken?: string) => {
      const page = await logs.send(
        new GetLogEventsCommand({ logGroupName, logStreamName: 'a', limit: 3, nextToken }),
      )
      return { ...page, messages: page.events?.map(({ message }) => message) }
    }

    const newest = await read()
    const older = await read(newest.nextBackwardToken)
    const oldest = await read(older.nextBackwardToken)
    const after = await read(newest.nextForwardToken)
    write('a', 4, '4')
    const next = await read(after.nextForwardToken)

    expect([newest, older, oldest, after, next].map(({ messages }) => messages)).toEqual([
      ['1', '2', '3'],
      ['0'],
      [],
      [],
      ['4'],
    ])
    expect(oldest.nextBackwardToken).toBe(older.nextBackwardToken)
    expect(after.nextForwardToken).toBe(newest.nextForwardToken)
  })
})

describe('PutLogEvents', () => {
  it('keeps what is in order, and says which events were too old or too new', async () => {
    const { logs, now, search } = await openWithLog()
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 'a' }))
    const hours = [-15 * 24, -1, 0, 3]
    const logEvents = hours.map(hour => ({ timestamp: now + hour * 3_600_000, message: String(hour) }))

    const put = new PutLogEventsCommand({ logGroupName, logStreamName: 'a', logEvents })
    const { rejectedLogEventsInfo } = await logs.send(put)

    expect((await search({})).messages).toEqual(['-1', '0'])
    expect(rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1, tooNewLogEventStartIndex: 3 })
  })

  it('refuses events that are not in the order of time', async () => {
    const { logs, now } = await openWithLog()
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 'a' }))
    const logEvents = [now, now - 1].map(timestamp => ({ timestamp, message: 'x' }))

    const putting = logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: 'a', logEvents }))

    await expect(putting).rejects.toMatchObject({ name: 'InvalidParameterException' })
  })
})

it('a stream may have any name, and the newest comes first on demand', async () => {
  const { logs, write } = await openWithLog()
  write('constructor', 1, 'x')
  write('a', 0, 'y')

  const describing = new DescribeLogStreamsCommand({
    logGroupName,
    orderBy: 'LastEventTime',
    descending: true,
  })
  const { logStreams } = await logs.send(describing)

  expect(logStreams?.map(({ logStreamName }) => logStreamName)).toEqual(['constructor', 'a'])
})

it('a retention that CloudWatch does not offer is refused, and so is a group that is not there', async () => {
  const { logs } = await openWithLog()

  const odd = logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 2 }))
  const missing = logs.send(new PutRetentionPolicyCommand({ logGroupName: 'nope', retentionInDays: 1 }))

  await expect(odd).rejects.toMatchObject({ name: 'InvalidParameterException' })
  await expect(missing).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
})
