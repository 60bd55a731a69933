import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'

import type { Identity } from '../../actions/ports.ts'
import type { AwsOptions } from './client-settings.ts'
import { type ServiceClients, serviceClients } from './clients.ts'

/** AWS STS. */
export function awsIdentity(client: STSClient): Identity {
  return {
    async caller() {
      const { Arn } = await client.send(new GetCallerIdentityCommand())
      if (Arn === undefined) throw new Error('GetCallerIdentity answered without an ARN')
      return Arn
    },
  }
}

export function stsClients(options: AwsOptions): ServiceClients<STSClient> {
  return serviceClients(STSClient, 'sts', options)
}
