import type * as iam from 'aws-cdk-lib/aws-iam'
import { FargateTaskDefinition, ContainerImage } from 'aws-cdk-lib/aws-ecs'
import { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { secretOf } from '../../lib/constructs/secret-of.ts'
import { stackForTests } from './support/stack-for-tests.ts'

const shop = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop'

describe('a secret of tapit.yml', () => {
  it.each([
    {
      source: 'ssm:/shop/database-url',
      valueFrom: expect.stringContaining(':parameter/shop/database-url'),
      readable: [expect.stringContaining(':parameter/shop/database-url')],
    },
    {
      source: `secretsmanager:${shop}#password`,
      valueFrom: `${shop}:password::`,
      readable: [`${shop}-??????`],
    },
    {
      source: `secretsmanager:${shop}-AbC123`,
      valueFrom: `${shop}-AbC123`,
      readable: [`${shop}-AbC123-??????`, `${shop}-AbC123`],
    },
  ])('$source is read by ECS alone, with no more rights than that', ({ source, valueFrom, readable }) => {
    const { container, resources } = taskWith(source)

    expect(container.Secrets).toEqual([{ Name: 'SECRET', ValueFrom: valueFrom }])
    expect(resources).toEqual(expect.arrayContaining(readable))
    expect(resources).toHaveLength(readable.length)
  })
})

/** The one container and what its execution role may read. References are spelled out as text. */
function taskWith(source: string) {
  const stack = stackForTests()
  const task = new FargateTaskDefinition(stack, 'Task')
  task.addContainer('Container', {
    image: ContainerImage.fromRegistry('example'),
    secrets: { SECRET: secretOf(stack, 'Secret', source) },
  })
  const template = Template.fromStack(stack)
  const [definition] = Object.values(template.findResources('AWS::ECS::TaskDefinition'))
  const policies = Object.values(template.findResources('AWS::IAM::Policy'))
  const statements: readonly iam.PolicyStatementProps[] = policies.flatMap(
    ({ Properties }) => Properties['PolicyDocument'].Statement,
  )
  return {
    container: spelledOut(definition?.['Properties'].ContainerDefinitions[0]) as { Secrets: unknown },
    resources: [
      ...new Set(statements.flatMap(statement => spelledOut(Reflect.get(statement, 'Resource')) as string)),
    ],
  }
}

function spelledOut(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, each) =>
    each?.['Fn::Join'] === undefined ? (each?.Ref ?? each) : each['Fn::Join'][1].join(each['Fn::Join'][0]),
  )
}
