import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm'

import type { Parameters } from '../../actions/ports.ts'
import type { AwsOptions } from './client-settings.ts'
import { type ServiceClients, serviceClients } from './clients.ts'

/** The parameters of AWS Systems Manager. */
export function awsParameters(client: SSMClient): Parameters {
  return {
    async under(path) {
      const values = new Map<string, string>()
      let NextToken: string | undefined
      do {
        const page = await client.send(
          new GetParametersByPathCommand({ Path: path, Recursive: true, WithDecryption: true, NextToken }),
        )
        for (const { Name, Value } of page.Parameters ?? []) {
          if (Name !== undefined && Value !== undefined) values.set(Name, Value)
        }
        NextToken = page.NextToken
      } while (NextToken !== undefined)
      return values
    },
  }
}

export function ssmClients(options: AwsOptions): ServiceClients<SSMClient> {
  return serviceClients(SSMClient, 'ssm', options)
}
