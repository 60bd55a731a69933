import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'

import type { Identity, WhoIs } from '../../actions/ports.ts'
import { Refusal } from '../../names/refusal.ts'
import type { AwsOptions } from './client-settings.ts'
import { type ServiceClients, serviceClients } from './clients.ts'

/** AWS STS. */
export function awsIdentity(client: STSClient): Identity {
  /** The time is that of the answer's `Date` header, which the SDK does not hand on. */
  async function whoIs(): Promise<WhoIs> {
    const command = new GetCallerIdentityCommand()
    let date: string | undefined
    command.middlewareStack.add(
      next => async input => {
        const result = await next(input)
        date = dateOf(result.response)
        return result
      },
      { step: 'deserialize', name: 'tapitDateOfAnswer' },
    )
    const { Arn: arn, UserId: userId } = await client.send(command)
    if (arn === undefined || userId === undefined)
      throw new Error('GetCallerIdentity answered without an identity')
    const at = Date.parse(date ?? '')
    if (Number.isNaN(at)) throw noTime(date)
    return { arn, userId, at }
  }

  return {
    whoIs,
    async caller() {
      const { Arn } = await client.send(new GetCallerIdentityCommand())
      if (Arn === undefined) throw new Error('GetCallerIdentity answered without an ARN')
      return Arn
    },
  }
}

function dateOf(response: unknown): string | undefined {
  const headers =
    typeof response === 'object' && response !== null && 'headers' in response ? response.headers : undefined
  if (typeof headers !== 'object' || headers === null) return undefined
  const [, value] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'date') ?? []
  return typeof value === 'string' ? value : undefined
}

/** Policies are judged by AWS's time, and by nobody else's. */
function noTime(date: string | undefined): Refusal {
  return new Refusal({
    code: 'no_aws_time',
    message: `AWS STS answered without the time (its Date header: ${date ?? 'none'}), and policies are judged by AWS's clock.`,
    advice: 'Something between this machine and AWS changes its answers: a proxy, or AWS_ENDPOINT_URL.',
  })
}

export function stsClients(options: AwsOptions): ServiceClients<STSClient> {
  return serviceClients(STSClient, 'sts', options)
}
