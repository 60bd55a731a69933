import * as s3 from 'aws-cdk-lib/aws-s3'
import { Validations } from 'aws-cdk-lib'
import { expect, it } from 'vitest'
import { nagFindings } from './nag-findings.ts'
import { stackForTests } from './stack-for-tests.ts'

it('finds what has no written reason, and only that', () => {
  const stack = stackForTests()
  const bucket = new s3.Bucket(stack, 'Bucket')
  Validations.of(bucket).acknowledge({ id: 'AwsSolutions-S1', reason: 'a test' })

  const findings = nagFindings(stack)

  expect(findings).toEqual(['AwsSolutions-S10 Test/Bucket/Resource'])
})
