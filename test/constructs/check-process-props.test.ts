import { Duration } from 'aws-cdk-lib'
import * as ecs from 'aws-cdk-lib/aws-ecs'
import * as ssm from 'aws-cdk-lib/aws-ssm'
import { describe, expect, it } from 'vitest'
import type { LoadBalancedProcessProps, ProcessProps } from '../../lib/constructs/process-props.ts'
import { ruleForTests, web, worker } from './support/process-for-tests.ts'
import { stackForTests } from './support/stack-for-tests.ts'

describe('a process', () => {
  it.each<[string, Partial<ProcessProps>, string]>([
    ['a name in capitals', { process: 'Worker' }, `'process' takes 1 to 63 lower-case letters`],
    ['a name that is too long', { process: 'w'.repeat(64) }, `'process' takes 1 to 63`],
    ['an app with a blank', { app: 'my shop' }, `'app' takes lower-case letters`],
    ['a cpu that Fargate has not', { cpu: 300 }, `'cpu' is one of 256, 512, 1024`],
    ['too little memory', { cpu: 1024, memory: 512 }, `'memory' for a cpu of 1024 is one of 2048, 3072`],
    ['half a task', { count: 0.5 }, `'count' is a whole number from 0 on, got 0.5`],
    ['no image to keep', { keepImages: 0 }, `'keepImages' is from 1 to 1000, got 0`],
    ['fewer tasks than none', { count: -1 }, `'count' is a whole number from 0 on, got -1`],
    [
      'scaling upside down',
      { scaling: { min: 3, max: 2, cpu: 50 } },
      `'scaling' is from min to max, got 3 to 2`,
    ],
    [
      'scaling by nothing',
      { scaling: { min: 1, max: 2 } },
      `'scaling' needs a target: cpu, memory or requests`,
    ],
    [
      'a worker scaled by requests',
      { scaling: { min: 1, max: 2, requests: 9 } },
      `a worker has none: use cpu`,
    ],
    [
      'a long wait',
      { readinessTimeout: Duration.minutes(6) },
      `'readinessTimeout' is from 1 to 300 seconds, got 360`,
    ],
    ['a slow stop', { stopTimeout: Duration.minutes(3) }, `'stopTimeout' is from 1 to 120 seconds, got 180`],
    ['a check of nothing', { healthCheckCommand: [] }, `'healthCheckCommand' is empty`],
    [
      'ECS Exec on a read-only root filesystem',
      { enableExecuteCommand: true, readOnlyRootFilesystem: true },
      'choose one',
    ],
    ['a worker with a canary', { strategy: { name: 'canary', type: 'canary' } }, 'use rolling or blue_green'],
    [
      'a worker that rolls back on requests',
      {
        strategy: { name: 'strict', type: 'rolling', rollbackOn: [{ metric: 'http.rpm', below: 1 }] },
      },
      'use system metrics',
    ],
  ])('refuses %s', (_, props, message) => {
    expect(() => worker(props)).toThrow(message)
  })

  it.each<[string, Partial<LoadBalancedProcessProps>, string]>([
    ['no rule', { rules: [] }, `'rules' needs at least one`],
    [
      'a switch over two rules',
      {
        rules: [ruleForTests(), ruleForTests({ priority: 2 })],
        strategy: { name: 'careful', type: 'canary' },
      },
      '2 rules of the load balancer lead here, and canary can switch one: use rolling, or one rule',
    ],
    [
      'a rule with six values',
      { rules: [ruleForTests({ priority: 3, hosts: ['a.io', 'b.io', 'c.io'], paths: ['/a', '/b', '/c'] })] },
      'takes 5 hosts, paths and methods together; split the one with priority 3',
    ],
    ['a port that is none', { port: 70_000 }, `'port' is from 1 to 65535, got 70000`],
    ['a command as readiness', { healthCheckCommand: ['true'] }, `asks for 'readinessPath'`],
  ])('refuses %s behind the load balancer', (_, props, message) => {
    expect(() => web(props)).toThrow(message)
  })

  it('refuses a variable that is a secret too', () => {
    const stack = stackForTests()
    const parameter = ssm.StringParameter.fromSecureStringParameterAttributes(stack, 'Key', {
      parameterName: '/shop/key',
    })
    const secrets = { KEY: ecs.Secret.fromSsmParameter(parameter) }

    expect(() => worker({ env: { KEY: 'open', OTHER: '1' }, secrets }, { stack })).toThrow(
      `process "worker" of shop: KEY is in both 'env' and 'secrets'`,
    )
  })

  it('says every mistake at once', () => {
    expect(() => worker({ cpu: 1, count: -1, stopTimeout: Duration.seconds(500) })).toThrow(
      /'cpu' is one of .*; 'count' is .*; 'stopTimeout' is/,
    )
  })
})
