import { type TroubleContext, troubleOf } from './trouble-of.ts'

/** A generic SDK client, as far as every client is the same. */
export type AnyClient = { send: unknown }

/** Three seconds to connect and ten to answer: AWS answers these calls within one. */
export const requestLimits = {
  connectionTimeout: 3_000,
  requestTimeout: 10_000,
  socketTimeout: 10_000,
  throwOnRequestTimeout: true,
} as const

/**
 * How often a call is tried, and how long it may take in all. A poll is tried once, since the loop that asks is the retry. Everything
 * else is tried as long as a throttled account needs; a mutation that is sent twice does nothing twice.
 */
export const patiences = {
  loop: { maxAttempts: 1, totalLimit: 15_000 },
  command: { maxAttempts: 8, totalLimit: 60_000 },
} as const

export type Patience = keyof typeof patiences

type Send = (command: unknown, options: { abortSignal: AbortSignal }) => Promise<unknown>

/** The same client: each of its calls ends in time, and what goes wrong is a `Trouble`. */
export function carefulClient<Client extends AnyClient>(
  client: Client,
  { patience, context }: { patience: Patience; context: Omit<TroubleContext, 'operation'> },
): Client {
  const send = (client.send as Send).bind(client)
  const carefully: Send = async command => {
    const abortSignal = AbortSignal.timeout(patiences[patience].totalLimit)
    try {
      return await Promise.race([send(command, { abortSignal }), endOf(abortSignal)])
    } catch (error) {
      throw troubleOf(error, { ...context, operation: operationOf(command) })
    }
  }
  return Object.assign(client, { send: carefully })
}

/** Where a credential provider hangs, the SDK does not hear the signal: this does. */
function endOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

/** `DescribeServices`: out of the operation's schema, as a bundle's class names are minified. */
function operationOf(command: unknown): string {
  const { schema } = command as { schema?: readonly unknown[] }
  const name = schema?.[2]
  if (typeof name === 'string') return name
  return (command as object).constructor.name.replace(/Command$/, '')
}
