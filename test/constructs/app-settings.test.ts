import { Template } from 'aws-cdk-lib/assertions'
import { expect, it } from 'vitest'
import * as z from 'zod'
import { jsonSchema } from '../../lib/config/json-schema.ts'
import { parseConfig } from '../../lib/config/read-config.ts'
import { AppSettings } from '../../lib/constructs/app-settings.ts'
import { nagFindings } from './support/nag-findings.ts'
import { stackForTests } from './support/stack-for-tests.ts'

const everyKey = `
app: shop
processes: { default: {} }
strategies:
  first:
    type: canary
    canaryPercent: 12.5
    canaryBakeMinutes: 3
    bakeMinutes: 7
    minimumHealthyPercent: 50
    maximumPercent: 150
    failureThreshold: 30%
    pauseBefore: [switch, step, finalize]
    pauseTimeoutMinutes: 60
    onPauseTimeout: continue
    rollbackOn: [{ metric: http.response_time, below: 10, forMinutes: 2 }, { metric: http.error_rate, above: 0.5 }]
    targets: { environments: [production], processes: [default], regions: [eu-west-1] }
  second: { type: linear, stepPercent: 33.3, stepBakeMinutes: 1 }
`

it('writes each strategy and policy, as JSON, into a parameter of its own below the app', () => {
  const stack = stackForTests()

  new AppSettings(stack, 'Settings', {
    app: 'shop-staging',
    strategies: { careful: { type: 'canary', canaryPercent: 10 } },
    policies: [{ name: 'holiday-freeze', effect: 'deny' }],
  })

  const template = Template.fromStack(stack)
  template.hasResourceProperties('AWS::SSM::Parameter', {
    Name: '/tapit/shop-staging/strategies/careful',
    Type: 'String',
    Value: '{"type":"canary","canaryPercent":10}',
  })
  template.hasResourceProperties('AWS::SSM::Parameter', {
    Name: '/tapit/shop-staging/policies/holiday-freeze',
    Value: '{"name":"holiday-freeze","effect":"deny"}',
  })
  template.resourceCountIs('AWS::SSM::Parameter', 2)
  expect(nagFindings(stack)).toEqual([])
})

it('writes the release command into a parameter of its own, and refuses one that it cannot hold', () => {
  const stack = stackForTests()
  const long = (): AppSettings =>
    new AppSettings(stackForTests(), 'Settings', { app: 'shop', release: { command: ['x'.repeat(4096)] } })

  const { release } = new AppSettings(stack, 'Settings', {
    app: 'shop',
    release: { command: ['node', 'migrate.js'], process: 'worker' },
  })

  expect(release).toBeDefined()
  Template.fromStack(stack).hasResourceProperties('AWS::SSM::Parameter', {
    Name: '/tapit/shop/release',
    Value: '{"command":["node","migrate.js"],"process":"worker"}',
  })
  expect(long).toThrow(/^release takes \d{4} bytes as JSON, an SSM parameter holds at most 4096/)
})

it('keeps every setting that a strategy of tapit.yml can have', () => {
  const { strategies = {} } = parseConfig(everyKey, 'tapit.yml').settings
  const stack = stackForTests()

  new AppSettings(stack, 'Settings', { app: 'shop', strategies })

  const written = Object.values(Template.fromStack(stack).findResources('AWS::SSM::Parameter')).map(
    ({ Properties }) => [Properties.Name, JSON.parse(Properties.Value)],
  )
  const keys = new Set(Object.values(strategies).flatMap(strategy => Object.keys(strategy)))
  expect(written).toEqual(
    Object.entries(strategies).map(([name, strategy]) => [`/tapit/shop/strategies/${name}`, strategy]),
  )
  expect([...keys].toSorted()).toEqual(keysOfStrategies().toSorted())
})

it('refuses a strategy that a parameter cannot hold', () => {
  const processes = Array.from({ length: 100 }, (_, index) => `${'p'.repeat(50)}${index}`)

  const define = (): AppSettings =>
    new AppSettings(stackForTests(), 'Settings', {
      app: 'shop',
      strategies: { wide: { type: 'rolling', targets: { processes } } },
    })

  expect(define).toThrow(/the strategy 'wide' takes \d{4} bytes as JSON, an SSM parameter holds at most 4096/)
})

it('is nothing where the app has neither', () => {
  const stack = stackForTests()

  const { strategies, policies } = new AppSettings(stack, 'Settings', { app: 'shop' })

  expect({ strategies, policies }).toEqual({ strategies: {}, policies: {} })
})

it('refuses what a parameter cannot hold, counted in bytes', () => {
  const long = { name: 'long', effect: 'deny', approvers: ['ü'.repeat(2048)] } as const

  const define = (): AppSettings =>
    new AppSettings(stackForTests(), 'Settings', {
      app: 'shop',
      policies: [{ ...long, approvers: [...long.approvers] }],
    })

  expect(define).toThrow(/the policy 'long' takes \d{4} bytes as JSON, an SSM parameter holds at most 4096/)
})

function keysOfStrategies(): readonly string[] {
  const properties = z.record(z.string(), z.unknown())
  const document = z
    .object({
      properties: z.object({ strategies: z.object({ additionalProperties: z.object({ properties }) }) }),
    })
    .parse(jsonSchema())
  return Object.keys(document.properties.strategies.additionalProperties.properties)
}
