import { type AnyClient, carefulClient, type Patience, patiences, requestLimits } from './careful-client.ts'
import {
  type AwsOptions,
  type ClientSettings,
  type CredentialsProvider,
  clientSettings,
} from './client-settings.ts'
import { hearTime } from './hear-time.ts'

/** The client of one service; of another region than the command's where one is named. */
export type ClientOf<Client> = (region?: string) => Client

type Configuration = ClientSettings & {
  readonly requestHandler: typeof requestLimits | object
  readonly maxAttempts: number
  readonly retryMode: 'standard'
}

type AnyAwsClient = AnyClient & {
  readonly config: { readonly requestHandler: object; readonly credentials: CredentialsProvider }
  readonly middlewareStack: object
}

/** Both patiences of one service's clients; they share their connections. */
export type ServiceClients<Client> = Readonly<Record<Patience, ClientOf<Client>>>

/**
 * Of all clients of one command, the first looks for credentials and the others ask it: a role is assumed once, and a program that gives
 * credentials asks for one code.
 */
const shared = new WeakMap<AwsOptions, CredentialsProvider>()

/** Makes a service's clients when they are first asked for, one per region and patience. */
export function serviceClients<Client extends AnyAwsClient>(
  Class: new (configuration: Configuration) => Client,
  service: string,
  options: AwsOptions,
): ServiceClients<Client> {
  const made = new Map<string, Client>()
  const settings = clientSettings(options)

  function clientFor(patience: Patience, region: string | undefined): Client {
    const key = `${patience} ${region ?? ''}`
    const existing = made.get(key)
    if (existing !== undefined) return existing
    const [sibling] = made.values()
    const credentials = settings.credentials ?? shared.get(options)
    const configuration = {
      ...settings,
      ...(credentials && { credentials }),
      ...(region !== undefined && { region }),
      requestHandler: sibling?.config.requestHandler ?? requestLimits,
      maxAttempts: patiences[patience].maxAttempts,
      retryMode: 'standard' as const,
    }
    const client = carefulClient(new Class(configuration), { patience, context: { service, ...options } })
    if (options.asking !== undefined) hearTime(client, options.asking)
    made.set(key, client)
    shared.set(options, client.config.credentials)
    return client
  }

  return {
    command: region => clientFor('command', region),
    loop: region => clientFor('loop', region),
  }
}
