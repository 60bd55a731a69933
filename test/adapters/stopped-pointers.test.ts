import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Records } from '../../lib/records/records.ts'
import { type LossyProxy, type RunningServer, startDynalite, startLossyProxy } from './dynalite-server.ts'
import { localClient, makeTable, recordsAt } from './records-table.ts'
import { somePointer } from './some-records.ts'

let server: RunningServer
let proxy: LossyProxy
let client: DynamoDBClient
let records: Records
/** The records through a proxy that can lose an answer. */
let lossy: Records
let apps = 0
let app: string

beforeAll(async () => {
  server = await startDynalite()
  proxy = await startLossyProxy(server.port)
  client = localClient(server.port)
  await makeTable(client)
  records = recordsAt(client)
  lossy = recordsAt(localClient(proxy.port))
})

beforeEach(() => {
  apps += 1
  app = `shop${apps}`
})

afterAll(async () => {
  client.destroy()
  await proxy.close()
  await server.close()
})

const stop = { by: 'arn:aws:iam::123456789012:user/ada', at: 1_000, count: 2 }
const active = () => somePointer({ app, deploymentId: 'dep_02', ecsCreatedAt: 200 })

it('are no pointers any more, and say who stopped the process', async () => {
  await records.movePointer(active())

  expect(await records.stopPointer({ ...active(), stop })).toBe(true)

  expect(await records.pointers(app)).toEqual([])
  expect(await records.stoppedPointers(app)).toEqual([{ ...active(), stop }])
})

it('give way to what ECS creates later', async () => {
  await records.movePointer(active())
  await records.stopPointer({ ...active(), stop })
  const next = somePointer({ app, deploymentId: 'dep_03', ecsCreatedAt: 300 })

  expect(await records.movePointer(next)).toBe(true)

  expect(await records.pointers(app)).toEqual([next])
  expect(await records.stoppedPointers(app)).toEqual([])
})

it('are not moved by a command that slept through the stop', async () => {
  await records.movePointer(active())
  await records.stopPointer({ ...active(), stop })

  expect(await records.movePointer(somePointer({ app, deploymentId: 'dep_01', ecsCreatedAt: 100 }))).toBe(
    false,
  )
  expect(await records.movePointer(active())).toBe(false)

  expect(await records.pointers(app)).toEqual([])
})

it('are not made of what has been replaced by now', async () => {
  await records.movePointer(active())
  await records.movePointer(somePointer({ app, deploymentId: 'dep_03', ecsCreatedAt: 300 }))

  expect(await records.stopPointer({ ...active(), stop })).toBe(false)

  expect(await records.pointers(app)).toMatchObject([{ deploymentId: 'dep_03' }])
})

it('are made once, also where the answer to that is lost', async () => {
  await records.movePointer(active())
  proxy.loseNextAnswer()

  expect(await lossy.stopPointer({ ...active(), stop })).toBe(true)
  expect(await records.stopPointer({ ...active(), stop })).toBe(true)

  expect(await records.stoppedPointers(app)).toHaveLength(1)
})
