import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

/** What the daemon's process is started with. */
export type Settings = {
  readonly home: string
  /** Of tapit. */
  readonly version: string
  /** @default - those that the home had, else `short` */
  readonly timings?: TimingsName
  /** Milliseconds that a minute lasts which a client sets. @default - that which the home had with these timings, else theirs */
  readonly minute?: number
  /** @default - where the home's sandbox was, else us-east-1 */
  readonly region?: string
  /** @default - that of the home's sandbox, else 123456789012 */
  readonly account?: string
  /** Without any request for so long, it ends. */
  readonly idleMinutes: number
}

export type TimingsName = 'short' | 'realistic'

export function settingsOf(argv: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      home: { type: 'string' },
      version: { type: 'string' },
      timings: { type: 'string' },
      minute: { type: 'string' },
      region: { type: 'string' },
      account: { type: 'string' },
      'idle-minutes': { type: 'string', default: '30' },
    },
  })
  const { home, version, timings, region, account } = values
  if (home === undefined || version === undefined) throw new Error('--home and --version are required')
  if (timings !== undefined && !isTimingsName(timings))
    throw new Error(`--timings must be short or realistic; got ${timings}`)
  const idleMinutes = Number(values['idle-minutes'])
  if (!(idleMinutes > 0)) throw new Error(`--idle-minutes must be above 0; got ${values['idle-minutes']}`)
  const minute = values.minute === undefined ? undefined : Number(values.minute)
  if (minute !== undefined && !(minute > 0)) throw new Error(`--minute must be above 0; got ${values.minute}`)
  return { home: resolve(home), version, timings, minute, region, account, idleMinutes }
}

export function argvOf({ home, version, timings, minute, region, account, idleMinutes }: Settings): string[] {
  const timed = timings === undefined ? [] : ['--timings', timings]
  const paced = minute === undefined ? [] : ['--minute', String(minute)]
  const regional = region === undefined ? [] : ['--region', region]
  const owned = account === undefined ? [] : ['--account', account]
  return [
    '--home',
    home,
    '--version',
    version,
    '--idle-minutes',
    String(idleMinutes),
    ...timed,
    ...paced,
    ...regional,
    ...owned,
  ]
}

export function isTimingsName(name: string): name is TimingsName {
  return name === 'short' || name === 'realistic'
}
