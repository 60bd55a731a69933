import { execFile, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scalingHandlers } from '../../../lib/sandbox/application-autoscaling/handlers.ts'
import { cloudWatchHandlers } from '../../../lib/sandbox/cloudwatch/handlers.ts'
import { sandboxEnvironment } from '../../../lib/sandbox/daemon/sandbox-environment.ts'
import { dynaliteOperations } from '../../../lib/sandbox/dynamodb/dynalite-operations.ts'
import { ecrHandlers } from '../../../lib/sandbox/ecr/handlers.ts'
import { openLayerStore } from '../../../lib/sandbox/ecr/layer-store.ts'
import { ecsHandlers } from '../../../lib/sandbox/ecs/handlers.ts'
import { elbv2Handlers } from '../../../lib/sandbox/elbv2/handlers.ts'
import { logsHandlers } from '../../../lib/sandbox/logs/handlers.ts'
import { openSandbox, type Sandbox } from '../../../lib/sandbox/sandbox.ts'
import { seedShop } from '../../../lib/sandbox/seed/shop.ts'
import { ssmHandlers } from '../../../lib/sandbox/ssm/handlers.ts'
import { stsHandlers } from '../../../lib/sandbox/sts/handlers.ts'
import { pythonEnvironment } from './python-environment.ts'

const installed = await pythonEnvironment()

describe.skipIf(installed === undefined)('the sandbox', () => {
  const { python, aws } = installed ?? { python: '', aws: '' }
  let sandbox: Sandbox
  let env: Record<string, string | undefined>

  beforeAll(async () => {
    sandbox = openSandbox({ clock: { now: () => Date.now() } })
    seedShop(sandbox.world)
    const { url } = await sandbox.listen()
    env = { ...process.env, ...sandboxEnvironment({ url, region: 'us-east-1', env: process.env }) }
  })

  afterAll(() => sandbox.close())

  it('answers every operation that it implements as botocore reads it', async () => {
    const { output, code } = await outputOf(python, [beside('conformance.py')], { env })

    expect(output).toMatch(/^0 failures$/m)
    expect(code).toBe(0)
    const called = new Set(sandbox.faults.journal.map(({ service, operation }) => `${service} ${operation}`))
    expect(implemented(sandbox).filter(operation => !called.has(operation))).toEqual([])
  })

  it('was asked only what botocore would have sent', async () => {
    const lines = sandbox.faults.journal.map(entry => JSON.stringify(entry)).join('\n')

    const { output, code } = await outputOf(python, [beside('validate_requests.py')], { env, input: lines })

    expect(output).toMatch(/\d{3} requests, 0 with problems/)
    expect(code).toBe(0)
  })

  it('has requests refused that do not fit the model', async () => {
    const requests = [
      { service: 'ecs', operation: 'UpdateService', input: { service: 'a', desiredCount: 'two' } },
      { service: 'ecs', operation: 'UpdateServices', input: {} },
    ]
    const input = requests.map(request => JSON.stringify(request)).join('\n')

    const { output, code } = await outputOf(python, [beside('validate_requests.py')], { env, input })

    expect(output).toContain('Invalid type for parameter desiredCount')
    expect(output).toContain('ecs has no operation UpdateServices')
    expect(code).toBe(1)
  })

  it.each([
    ['sts get-caller-identity', { Account: '123456789012' }],
    ['ecs describe-clusters --clusters shop', { clusters: [{ clusterName: 'shop', status: 'ACTIVE' }] }],
    ['ecs describe-services --cluster shop --services worker', { services: [{ serviceName: 'worker' }] }],
    ['ecr describe-images --repository-name shop --image-ids imageTag=v1.2.3', { imageDetails: [{}] }],
    ['elbv2 describe-load-balancers', { LoadBalancers: [{}] }],
    ['logs describe-log-groups --log-group-name-prefix /tapit/shop/worker', { logGroups: [{}] }],
    ['cloudwatch describe-alarms', { MetricAlarms: [{}, {}] }],
    ['application-autoscaling describe-scalable-targets --service-namespace ecs', { ScalableTargets: [] }],
    ['ssm describe-parameters', { Parameters: [{}, {}, {}] }],
    ['dynamodb list-tables', { TableNames: [] }],
  ])('is understood by the aws CLI: %s', async (command, expected) => {
    const { stdout } = await promisify(execFile)(aws, [...command.split(' '), '--output', 'json'], { env })

    expect(JSON.parse(stdout)).toMatchObject(expected)
  })

  it('makes the aws CLI say what went wrong', async () => {
    const command = ['ecs', 'describe-services', '--cluster', 'nope', '--services', 'a']

    const { output, code } = await outputOf(aws, command, { env })

    expect(output).toContain(
      '(ClusterNotFoundException) when calling the DescribeServices operation: Cluster not found.',
    )
    expect(code).not.toBe(0)
  })
})

/** Every operation of every service, as the journal names it. */
function implemented({ world }: Sandbox): string[] {
  const handlers = {
    ecs: ecsHandlers(world),
    ecr: ecrHandlers(world, {
      layers: openLayerStore({ folder: '/nonexistent', clock: world.clock }),
      layerUrl: () => '',
      registryUrl: () => '',
    }),
    elasticloadbalancing: elbv2Handlers(world),
    logs: logsHandlers(world),
    monitoring: cloudWatchHandlers(world),
    'application-autoscaling': scalingHandlers(world),
    ssm: ssmHandlers(world),
    sts: stsHandlers(world),
    dynamodb: dynaliteOperations,
  }
  return Object.entries(handlers).flatMap(([service, its]) =>
    Object.keys(its).map(name => `${service} ${name}`),
  )
}

function beside(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url))
}

type RunOptions = { readonly env: NodeJS.ProcessEnv; readonly input?: string }

function outputOf(
  command: string,
  args: string[],
  { env, input = '' }: RunOptions,
): Promise<{ output: string; code: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', reject)
    child.on('close', code => resolve({ output, code: code ?? -1 }))
    child.stdin.end(input)
  })
}
