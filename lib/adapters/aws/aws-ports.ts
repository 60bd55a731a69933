import type { Stacks } from '../../actions/doctor/ports.ts'
import { once } from '../../actions/once.ts'
import type { Ecs, ListenerRules, Logs, Ports, Targets } from '../../actions/ports.ts'
import { Trouble } from '../../actions/trouble.ts'
import type { Clock, CorrectedClock } from '../../names/clock.ts'
import { machineClock } from '../../names/corrected-clock.ts'
import type { RecordsSetup } from '../../records/records.ts'
import { newIds } from '../ids.ts'
import type { AwsOptions } from './client-settings.ts'
import { lazyPort } from './lazy-port.ts'

export type AwsPortsOptions = Omit<AwsOptions, 'asking'> & {
  /** One that AWS's answers correct is told what they say. */
  readonly clock: Clock | CorrectedClock
}

export type AwsPorts = {
  /** For commands: reads and changes are repeated as long as a throttled account needs. */
  readonly command: CommandPorts
  /** For loops that poll, which are the retry themselves: what a poll reads is asked once. */
  readonly loop: { readonly ecs: Ecs; readonly targets: Targets; readonly logs: Logs }
  /** Makes the table of the records (`tapit setup`). */
  readonly setup: RecordsSetup
  /** Reads what CDK made (`tapit doctor`). */
  readonly infrastructure: { readonly stacks: Stacks; readonly rules: ListenerRules }
  /** As it was said or configured; Trouble `no_region` where it was not. */
  region(): Promise<string>
}

type CommandPorts = Pick<
  Ports,
  | 'ecs'
  | 'images'
  | 'imageStore'
  | 'targets'
  | 'rules'
  | 'logs'
  | 'alarms'
  | 'scaling'
  | 'parameters'
  | 'identity'
  | 'records'
>

/** All of AWS. Nothing is imported before it is used; the clients of both patiences share their connections. */
export function awsPorts({ clock: given, ...others }: AwsPortsOptions): AwsPorts {
  // What is measured in here begins before AWS has answered.
  const clock = machineClock(given)
  const options: AwsOptions = { ...others, ...('asking' in given && { asking: given.asking }) }
  const ecs = once(async () => {
    const { awsEcs, ecsClients } = await import('./ecs.ts')
    return { awsEcs, clients: ecsClients(options) }
  })
  const targets = once(async () => {
    const { awsTargets, awsListenerRules, elbClients } = await import('./targets.ts')
    return { awsTargets, awsListenerRules, clients: elbClients(options) }
  })
  const logs = once(async () => {
    const { awsLogs, logsClients } = await import('./logs.ts')
    return { awsLogs, clients: logsClients(options) }
  })
  const dynamoDb = once(async () => {
    const { dynamoDbClients } = await import('./dynamodb-clients.ts')
    return dynamoDbClients(options).command()
  })
  const identity = lazyPort(async () => {
    const { awsIdentity, stsClients } = await import('./identity.ts')
    return awsIdentity({ client: stsClients(options).command(), clock })
  })

  const command: CommandPorts = {
    identity,
    ecs: lazyPort(async () => {
      const { awsEcs, clients } = await ecs()
      return awsEcs({ client: clients.command(), clock })
    }),
    targets: lazyPort(async () => {
      const { awsTargets, clients } = await targets()
      return awsTargets({ client: clients.command() })
    }),
    rules: lazyPort(async () => {
      const { awsListenerRules, clients } = await targets()
      return awsListenerRules(clients.command())
    }),
    images: lazyPort(async () => {
      const { awsImages, ecrClients } = await import('./images.ts')
      return awsImages(ecrClients(options).command)
    }),
    imageStore: lazyPort(async () => {
      const [{ awsImageStore }, { ecrClients }] = await Promise.all([
        import('./image-store.ts'),
        import('./images.ts'),
      ])
      return awsImageStore(ecrClients(options).command)
    }),
    logs: lazyPort(async () => {
      const { awsLogs, clients } = await logs()
      return awsLogs(clients.command)
    }),
    alarms: lazyPort(async () => {
      const { awsAlarms, cloudWatchClients } = await import('./alarms.ts')
      return awsAlarms(cloudWatchClients(options).command())
    }),
    scaling: lazyPort(async () => {
      const { awsScaling, scalingClients } = await import('./scaling.ts')
      return awsScaling(scalingClients(options).command())
    }),
    parameters: lazyPort(async () => {
      const { awsParameters, ssmClients } = await import('./parameters.ts')
      return awsParameters(ssmClients(options).command())
    }),
    records: lazyPort(async () => {
      const { dynamoDbRecords } = await import('./dynamodb-records.ts')
      const client = await dynamoDb()
      const { newToken } = newIds(clock)
      const place = async (): Promise<string> =>
        `${await client.config.region()} (account ${await accountOf(identity)})`
      return dynamoDbRecords({ client, clock, newToken, place })
    }),
  }

  async function region(): Promise<string> {
    const [{ stsClients }, { troubleOf }] = await Promise.all([
      import('./identity.ts'),
      import('./trouble-of.ts'),
    ])
    try {
      return await stsClients(options).command().config.region()
    } catch (error) {
      throw troubleOf(error, { service: 'sts', operation: 'GetCallerIdentity', env: options.env })
    }
  }

  return {
    command,
    region,
    loop: {
      ecs: lazyPort(async () => {
        const { awsEcs, clients } = await ecs()
        return awsEcs({ client: clients.command(), polls: clients.loop(), clock })
      }),
      targets: lazyPort(async () => {
        const { awsTargets, clients } = await targets()
        return awsTargets({ client: clients.command(), polls: clients.loop() })
      }),
      logs: lazyPort(async () => {
        const { awsLogs, clients } = await logs()
        return awsLogs(clients.loop)
      }),
    },
    infrastructure: {
      stacks: lazyPort(async () => {
        const { awsStacks, cloudFormationClients } = await import('./stacks.ts')
        return awsStacks(cloudFormationClients(options).command())
      }),
      rules: command.rules,
    },
    setup: lazyPort(async () => {
      const { dynamoDbSetup } = await import('./dynamodb-setup.ts')
      return dynamoDbSetup({ client: await dynamoDb(), clock })
    }),
  }
}

/** For a message that is about something else: where STS does not tell either, the message says so. */
async function accountOf(identity: Ports['identity']): Promise<string> {
  try {
    const [, , , , account = 'unknown'] = (await identity.caller()).split(':')
    return account
  } catch (error) {
    if (error instanceof Trouble) return 'unknown'
    throw error
  }
}
