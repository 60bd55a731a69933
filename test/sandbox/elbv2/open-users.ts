import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { advanceWorld } from '../../../lib/sandbox/ecs/advance-world.ts'
import { loadBalancerHandlers } from '../../../lib/sandbox/elbv2/handlers/load-balancer-handlers.ts'
import { traffic } from '../../../lib/sandbox/elbv2/traffic.ts'
import { createFaults } from '../../../lib/sandbox/faults.ts'
import { server } from '../../../lib/sandbox/wire/server.ts'
import type { TestWorld } from '../ecs/test-world.ts'

export type Got = {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

export type AskOptions = {
  readonly host?: string
  readonly path?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

export type TestUsers = {
  readonly port: number
  /** What DescribeLoadBalancers answers. */
  readonly address: string
  /** Rejects when there is no answer. */
  ask(options?: AskOptions): Promise<Got>
  /** One request after the other. */
  askTimes(times: number, options?: AskOptions): Promise<readonly Got[]>
}

export type OpenUsersOptions = {
  /** One for each request, from 0 up to 1. @default - evenly spread */
  readonly draw?: () => number
  /** What happens while a task takes its time. @default - nothing */
  readonly pause?: (milliseconds: number) => Promise<void>
}

/** The load balancers of a world, on a real port until the test is over. */
export async function openUsers(
  { world }: TestWorld,
  { draw = evenly(), pause = async () => {} }: OpenUsersOptions = {},
): Promise<TestUsers> {
  const unused = (): never => {
    throw new Error('only load balancers are asked here')
  }
  const listening = server({
    region: world.region,
    clock: world.clock,
    faults: createFaults({ clock: world.clock }),
    load: unused,
    registry: unused,
    before: () => advanceWorld(world),
    traffic: traffic(world, { draw, port: () => port }),
    pause,
  })
  await new Promise<void>(resolve => {
    listening.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => {
    listening.closeAllConnections()
    listening.close()
  })
  const { port } = listening.address() as AddressInfo
  const { LoadBalancers } = loadBalancerHandlers(world, { port: () => port }).DescribeLoadBalancers({})
  const address = LoadBalancers?.[0]?.DNSName ?? ''
  const ask = ({ host = address, path = '/', method = 'GET', headers = {} }: AskOptions = {}) =>
    new Promise<Got>((resolve, reject) => {
      const options = { host: '127.0.0.1', port, path, method, headers: { ...headers, host } }
      const request = http.request(options, response => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        )
      })
      request.once('error', reject)
      request.end()
    })
  return {
    port,
    address,
    ask,
    askTimes: async (times, options) => {
      const got: Got[] = []
      while (got.length < times) got.push(await ask(options))
      return got
    },
  }
}

/** 0.00, 0.01, … 0.99, and again: a hundred requests are split exactly as the weights say. */
function evenly(): () => number {
  let count = 0
  return () => {
    count += 1
    return ((count - 1) % 100) / 100
  }
}
