import http from 'node:http'
import {
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { expect, it, onTestFinished } from 'vitest'
import { openSandbox } from '../../../lib/sandbox/sandbox.ts'
import { seedShop } from '../../../lib/sandbox/seed/shop.ts'
import { users } from '../../../lib/sandbox/users.ts'
import { elbv2Handlers } from '../../../lib/sandbox/elbv2/handlers.ts'

const start = Date.parse('2026-11-20T12:00:00Z')

async function openSeeded() {
  const changes = { count: 0 }
  const sandbox = openSandbox({ clock: { now: () => start }, changed: () => (changes.count += 1) })
  seedShop(sandbox.world)
  const { url, port } = await sandbox.listen()
  onTestFinished(() => sandbox.close())
  const elb = new ElasticLoadBalancingV2Client({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand())
  const address = LoadBalancers?.[0]?.DNSName ?? ''
  const people = users({ port, url: new URL(`http://${address}/products`) })
  onTestFinished(() => people.leave())
  return { sandbox, changes, port, address, people }
}

it('a load balancer is reached under the name that DescribeLoadBalancers answers', async () => {
  const { people, address, port } = await openSeeded()

  const answer = await people.ask()

  expect(address).toMatch(/^shop-[0-9a-f]{8}\.us-east-1\.elb\.localhost:\d+$/)
  expect(address).toContain(`:${port}`)
  expect(answer).toEqual({
    status: 200,
    dockerTag: 'v1.2.2',
    imageDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
  })
})

it('users’ requests are counted, but make no snapshot and no entry in the journal', async () => {
  const { people, sandbox, changes } = await openSeeded()
  const before = { changes: changes.count, journal: sandbox.faults.journal.length }

  await people.ask()

  const { cloudwatch } = await sandbox.snapshot()
  expect({ changes: changes.count, journal: sandbox.faults.journal.length }).toEqual(before)
  expect(cloudwatch.metrics.find(({ name }) => name === 'RequestCount')?.points).toEqual([
    { at: start, value: 1, count: 1 },
  ])
})

it('a request that names what it asks for in full is understood, and its Host does not count', async () => {
  const { address, port } = await openSeeded()

  const statuses = await Promise.all([
    statusOf({ port, path: `http://${address}/products?page=2`, host: address }),
    statusOf({ port, path: `http://${address}`, host: `127.0.0.1:${port}` }),
    statusOf({ port, path: `http://elsewhere.example:${port}/products`, host: address }),
    statusOf({ port, path: `http://127.0.0.1:${port}@elsewhere.example/`, host: `127.0.0.1:${port}` }),
    statusOf({ port, path: `http://127.0.0.1:${port}/v2/`, host: 'elsewhere.example' }),
  ])

  expect(statuses).toEqual([200, 200, 403, 403, 401])
})

/** As a proxy is asked, which sends the whole URL. */
function statusOf({ port, path, host }: { port: number; path: string; host: string }): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = http.get({ host: '127.0.0.1', port, path, headers: { host } }, response => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0))
    })
    request.once('error', reject)
  })
}

it('a sandbox that was reset knows the load balancers of before no more', async () => {
  const { people, sandbox } = await openSeeded()

  await sandbox.reset()

  expect(await people.ask()).toMatchObject({ status: 403 })
})

it('a sandbox that listens nowhere gives its load balancers names without a port', async () => {
  const sandbox = openSandbox({ clock: { now: () => start } })
  seedShop(sandbox.world)

  const answer = await elbv2Handlers(sandbox.world).DescribeLoadBalancers?.({})

  expect(answer?.LoadBalancers?.[0]?.DNSName).toMatch(/^shop-[0-9a-f]{8}\.us-east-1\.elb\.localhost$/)
})
