import { Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { BootstrapRevision } from '../../lib/constructs/bootstrap-revision.ts'
import { nagFindings } from './support/nag-findings.ts'

/**
 * These two are what stands in accounts already. A version of tapit that changes a letter here makes every `cdk deploy` register a new revision of
 * each release family, and the next update of a service brings the placeholder into production.
 */
const answering = {
  Family: 'shop-default',
  Cpu: '256',
  Memory: '512',
  NetworkMode: 'awsvpc',
  RequiresCompatibilities: ['FARGATE'],
  RuntimePlatform: { CpuArchitecture: 'X86_64', OperatingSystemFamily: 'LINUX' },
  ContainerDefinitions: [
    {
      Name: 'default',
      Image: 'public.ecr.aws/docker/library/nginx:stable-alpine',
      Essential: true,
      EntryPoint: ['sh', '-c'],
      Command: [
        `echo 'server { listen 8080; default_type text/plain; return 200 "Nothing is deployed here yet."; }' > /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'`,
      ],
      PortMappings: [{ ContainerPort: 8080, Protocol: 'tcp' }],
    },
  ],
}
const sleeping = {
  ...answering,
  Family: 'shop-worker',
  ContainerDefinitions: [
    {
      Name: 'worker',
      Image: 'public.ecr.aws/docker/library/nginx:stable-alpine',
      Essential: true,
      EntryPoint: ['sh', '-c'],
      Command: ['trap : TERM INT; sleep infinity & wait'],
    },
  ],
}

describe('the bootstrap revision', () => {
  it.each([
    ['answers every path at the port', { process: 'default', port: 8080 }, answering],
    ['sleeps without a port', { process: 'worker' }, sleeping],
  ])('%s, to the letter', (_, props, expected) => {
    const stack = new Stack()

    const { revision } = new BootstrapRevision(stack, 'Bootstrap', { app: 'shop', ...props })

    const { Resources } = Template.fromStack(stack).toJSON() as { Resources: Record<string, unknown> }
    expect(Resources).toEqual({
      [stack.resolve(revision.logicalId) as string]: {
        Type: 'AWS::ECS::TaskDefinition',
        Properties: expected,
      },
    })
    expect(nagFindings(stack)).toEqual([])
  })
})
