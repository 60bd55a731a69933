import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { type AwsPorts, awsPorts } from '../../lib/adapters/aws/aws-ports.ts'
import { carefulClient } from '../../lib/adapters/aws/careful-client.ts'
import { lazyPort } from '../../lib/adapters/aws/lazy-port.ts'
import { type Canned, type CannedServer, startCannedServer } from './canned-server.ts'
import { fakeClock } from './fake-clock.ts'

let server: CannedServer | undefined

afterEach(async () => {
  await server?.close()
  server = undefined
  vi.unstubAllEnvs()
})

async function portsOf(answer: (operation: string, count: number) => Canned | undefined): Promise<AwsPorts> {
  server = await startCannedServer(answer)
  return portsAt(server.url)
}

function portsAt(url: string): AwsPorts {
  const env = {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  }
  return awsPorts({ env, clock: fakeClock() })
}

const throttled: Canned = {
  status: 400,
  body: '{"__type":"ThrottlingException","message":"Rate exceeded"}',
}

describe('awsPorts', () => {
  it('takes endpoint, region and credentials from the environment that it is given', async () => {
    const { command } = await portsOf(() => ({
      body: '{"clusterArns":["arn:aws:ecs:eu-west-1:1:cluster/shop"]}',
    }))

    expect(await command.ecs.clusterNames()).toEqual(['shop'])
    expect(server?.asked).toEqual(['ListClusters'])
  })

  it('asks a program that gives credentials once, however many services a command needs', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'credentials-'))
    const calls = join(folder, 'calls')
    const answer = JSON.stringify({ Version: 1, AccessKeyId: 'AKIA', SecretAccessKey: 'secret' })
    await writeFile(join(folder, 'give.sh'), `echo called >> ${calls}\necho '${answer}'\n`)
    await writeFile(
      join(folder, 'config'),
      `[profile asked]\ncredential_process = sh ${join(folder, 'give.sh')}\n`,
    )
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'))
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null')
    server = await startCannedServer(() => ({
      body: '{"clusterArns":[],"Parameters":[]}',
    }))
    const env = { AWS_ENDPOINT_URL: server.url, AWS_REGION: 'eu-west-1', AWS_PROFILE: 'asked' }

    const { command } = awsPorts({ env, clock: fakeClock() })
    await Promise.all([command.ecs.clusterNames(), command.parameters.under('/tapit/shop')])
    await command.ecs.clusterNames()

    expect(server.asked).toHaveLength(3)
    expect(await readFile(calls, 'utf8')).toBe('called\n')
    await rm(folder, { recursive: true })
  })

  it("repeats a command's call that is throttled, but not a poll's", async () => {
    const { command, loop } = await portsOf((_, count) =>
      count === 2 ? { body: '{"services":[],"failures":[]}' } : throttled,
    )

    await expect(loop.ecs.services('shop', ['web'])).rejects.toMatchObject({ kind: 'throttled' })
    expect(await command.ecs.services('shop', ['web'])).toEqual([])
    expect(server?.asked).toHaveLength(2)
  })

  it("repeats a poller's change that is throttled: only what it polls is asked once", async () => {
    const { loop } = await portsOf((_, count) => (count === 1 ? throttled : { body: '{}' }))

    await loop.ecs.updateService({
      cluster: 'shop',
      service: 'web',
      taskDefinition: 'shop-web:1',
      configuration: {},
    })

    expect(server?.asked).toEqual(['UpdateService', 'UpdateService'])
  })

  it('names the endpoint that refuses connections', async () => {
    const gone = await startCannedServer(() => undefined)
    await gone.close()
    const { loop } = portsAt(gone.url)

    await expect(loop.ecs.services('shop', ['web'])).rejects.toMatchObject({
      kind: 'transient',
      code: 'endpoint_unreachable',
      message: `the AWS endpoint ${gone.url} does not answer ecs:DescribeServices (ECONNREFUSED)`,
    })
  })

  it('names the operation that an endpoint does not implement', async () => {
    const { loop } = await portsOf(() => ({
      status: 400,
      body: '{"__type":"UnknownOperationException","message":""}',
    }))

    await expect(loop.ecs.listServiceDeployments('shop', 'web')).rejects.toMatchObject({
      kind: 'refused',
      code: 'not_implemented',
      message: `${server?.url} does not implement ecs:ListServiceDeployments`,
      operation: 'ListServiceDeployments',
      awsCode: 'UnknownOperationException',
    })
  })

  it('says that what answers is not AWS', async () => {
    const { loop } = await portsOf(() => ({ body: '<html>Welcome to the hotel</html>' }))

    await expect(loop.ecs.services('shop', ['web'])).rejects.toMatchObject({ code: 'aws_unreadable' })
  })

  it('says in which region and account there is no table, asking STS for the account', async () => {
    const { command } = await portsOf(operation =>
      operation === 'Query'
        ? {
            status: 400,
            body: '{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"Requested resource not found"}',
          }
        : {
            body: '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/ada</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>',
          },
    )

    await expect(command.records.newestGroup('shop')).rejects.toMatchObject({
      code: 'no_table',
      message: expect.stringContaining(
        'there is no table "tapit" in eu-west-1 (account 123456789012)',
      ) as unknown,
    })
  })
})

describe('lazyPort', () => {
  it('loads its adapter once, at the first call', async () => {
    let loads = 0
    const port = lazyPort(async () => {
      loads += 1
      return { double: async (number: number) => number * 2 }
    })

    expect(loads).toBe(0)
    expect(await Promise.all([port.double(1), port.double(2)])).toEqual([2, 4])
    expect(loads).toBe(1)
  })

  it('is no promise', async () => {
    const port = lazyPort(async () => ({ ask: async () => 1 }))

    expect(await Promise.resolve(port)).toBe(port)
  })
})

describe('carefulClient', () => {
  it('names the operation by its schema, whatever a bundler calls the class', async () => {
    class a {
      readonly schema = [9, 'com.amazonaws.ecs', 'DescribeServices']
    }
    const client = carefulClient(
      { send: async (command: object) => Promise.reject(new Error(command.constructor.name)) },
      { patience: 'loop', context: { service: 'ecs', env: {} } },
    )

    await expect(client.send(new a())).rejects.toMatchObject({
      operation: 'DescribeServices',
      message: 'AWS refused ecs:DescribeServices: a (Error)',
    })
  })
})
