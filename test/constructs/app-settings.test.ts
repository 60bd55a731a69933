import { Template } from 'aws-cdk-lib/assertions'
import { expect, it } from 'vitest'
import { AppSettings } from '../../lib/constructs/app-settings.ts'
import { nagFindings } from './support/nag-findings.ts'
import { stackForTests } from './support/stack-for-tests.ts'

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
