import { RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Template } from 'aws-cdk-lib/assertions'
import { expect, it } from 'vitest'
import { AppLogs } from '../../lib/constructs/app-logs.ts'
import { nagFindings } from './support/nag-findings.ts'
import { stackForTests } from './support/stack-for-tests.ts'

it('keeps a year of deployments and ten of audit, and outlives the stack', () => {
  const stack = stackForTests()

  new AppLogs(stack, 'Logs', { app: 'shop' })

  const template = Template.fromStack(stack)
  template.hasResource('AWS::Logs::LogGroup', {
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
    Properties: { LogGroupName: '/tapit/shop/deployments', RetentionInDays: 365 },
  })
  template.hasResource('AWS::Logs::LogGroup', {
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
    Properties: { LogGroupName: '/tapit/shop/audit', RetentionInDays: 3653 },
  })
  expect(nagFindings(stack)).toEqual([])
})

it('keeps each as long as asked for', () => {
  const stack = stackForTests()

  new AppLogs(stack, 'Logs', {
    app: 'shop',
    deploymentRetention: RetentionDays.ONE_WEEK,
    auditRetention: RetentionDays.TWO_YEARS,
  })

  const template = Template.fromStack(stack)
  template.hasResourceProperties('AWS::Logs::LogGroup', {
    LogGroupName: '/tapit/shop/deployments',
    RetentionInDays: 7,
  })
  template.hasResourceProperties('AWS::Logs::LogGroup', {
    LogGroupName: '/tapit/shop/audit',
    RetentionInDays: 731,
  })
})
