import {
  type Change,
  CloudFormationClient,
  DescribeChangeSetCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation'
import type { Stacks } from '../../actions/doctor/ports.ts'
import { readTemplate } from '../../actions/doctor/template.ts'
import type { AwsOptions } from './client-settings.ts'
import { type ServiceClients, serviceClients } from './clients.ts'
import { isAwsError } from './is-aws-error.ts'

/** CloudFormation, read only. */
export function awsStacks(client: CloudFormationClient): Stacks {
  return {
    async deployed(stack) {
      try {
        const { TemplateBody = '' } = await client.send(
          new GetTemplateCommand({ StackName: stack, TemplateStage: 'Original' }),
        )
        // A stack whose first change set was never executed has no template.
        return TemplateBody === '' ? undefined : readTemplate(TemplateBody, `the template of stack ${stack}`)
      } catch (error) {
        if (isAwsError(error, 'ValidationError') && /does not exist/.test(error.message)) return undefined
        throw error
      }
    },

    async changeSet(stack, name) {
      const of = { StackName: stack, ChangeSetName: name }
      const { TemplateBody = '' } = await client.send(
        new GetTemplateCommand({ ...of, TemplateStage: 'Original' }),
      )
      const changes: Change[] = []
      let NextToken: string | undefined
      do {
        const page = await client.send(
          new DescribeChangeSetCommand({ ...of, IncludePropertyValues: true, NextToken }),
        )
        changes.push(...(page.Changes ?? []))
        NextToken = page.NextToken
      } while (NextToken !== undefined)
      return {
        template: readTemplate(TemplateBody, `the template of change set ${name}`),
        touched: new Set(changes.flatMap(({ ResourceChange }) => ResourceChange?.LogicalResourceId ?? [])),
      }
    },

    async physicalIds(stack) {
      // DescribeStackResources stops at a hundred.
      const resources: StackResourceSummary[] = []
      let NextToken: string | undefined
      do {
        const page = await client.send(new ListStackResourcesCommand({ StackName: stack, NextToken }))
        resources.push(...(page.StackResourceSummaries ?? []))
        NextToken = page.NextToken
      } while (NextToken !== undefined)
      return new Map(
        resources.flatMap(({ LogicalResourceId: logical, PhysicalResourceId: physical }) =>
          logical === undefined || physical === undefined ? [] : [[logical, physical] as const],
        ),
      )
    },
  }
}

export function cloudFormationClients(options: AwsOptions): ServiceClients<CloudFormationClient> {
  return serviceClients(CloudFormationClient, 'cloudformation', options)
}
