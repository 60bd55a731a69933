import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { Identity, WhoIs } from '../../actions/ports.ts'
import type { Clock } from '../../names/clock.ts'
import { Refusal } from '../../names/refusal.ts'
import type { AwsOptions } from './client-settings.ts'
import { type ServiceClients, serviceClients } from './clients.ts'
import { dateOf } from './date-of.ts'

/** How long it counts on that the time has gone on here as it has at AWS, in milliseconds. */
const fresh = 60_000

type IdentityOptions = { readonly client: STSClient; readonly clock: Pick<Clock, 'now'> }

/**
 * AWS STS, asked once for all that a command wants to know of its caller, and once more where AWS's time was told too long ago. What went
 * wrong is asked for again.
 */
export function awsIdentity({ client, clock }: IdentityOptions): Identity {
  let latest: Promise<Answer> | undefined

  function answer(): Promise<Answer> {
    if (latest !== undefined) return latest
    const asked = ask(client, clock)
    latest = asked
    asked.catch(() => forget(asked))
    return asked
  }

  async function freshAnswer(): Promise<Answer> {
    const known = answer()
    const { heardAt } = await known
    if (Math.abs(clock.now() - heardAt) < fresh) return known
    forget(known)
    return answer()
  }

  function forget(known: Promise<Answer>): void {
    if (latest === known) latest = undefined
  }

  return {
    async caller() {
      const { arn } = await answer()
      return arn
    },
    async whoIs(): Promise<WhoIs> {
      const { arn, userId, date, heardAt } = await freshAnswer()
      if (userId === undefined) throw new Error('GetCallerIdentity answered without an identity')
      const at = Date.parse(date ?? '')
      if (Number.isNaN(at)) throw noTime(date)
      return { arn, userId, at: at + Math.max(0, clock.now() - heardAt) }
    },
  }
}

type Answer = {
  readonly arn: string
  readonly userId: string | undefined
  /** The `Date` header. */
  readonly date: string | undefined
  /** By the clock of this machine. */
  readonly heardAt: number
}

async function ask(client: STSClient, clock: IdentityOptions['clock']): Promise<Answer> {
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
  if (arn === undefined) throw new Error('GetCallerIdentity answered without an ARN')
  return { arn, userId, date, heardAt: clock.now() }
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
