import { isRecord } from '../is-record.ts'
import { tokenHeader } from './control.ts'
import type { Endpoint } from './endpoint.ts'
import { isTimingsName, type TimingsName } from './settings.ts'

/** What a running sandbox says about itself. */
export type SandboxStatus = {
  readonly url: string
  readonly pid: number
  readonly version: string
  /** ISO 8601. */
  readonly startedAt: string
  readonly region: string
  readonly account: string
  readonly timings: TimingsName
  /** Milliseconds that a minute lasts which a client sets. Absent from daemons of older versions. */
  readonly minute?: number
  readonly home: string
  /** What the user should be told, such as a saved state that could not be read. */
  readonly notice?: string
}

export type Question = 'GET /_tapit/status' | 'POST /_tapit/stop' | 'POST /_tapit/reset' | 'POST /_tapit/hook'

/** Asks a daemon something; undefined when nobody answers there, or somebody else. */
export async function ask({ url, token }: Endpoint, question: Question, content?: object): Promise<unknown> {
  const [method, path] = question.split(' ')
  try {
    const headers = { [tokenHeader]: token }
    const signal = AbortSignal.timeout(patience)
    const body = content === undefined ? undefined : JSON.stringify(content)
    const response = await fetch(`${url}${path}`, { method, headers, signal, body })
    return response.ok ? await response.json() : undefined
  } catch {
    return undefined
  }
}

/** A daemon answers in milliseconds; on a busy machine in a second or two. */
const patience = 5000

export async function askStatus(endpoint: Endpoint): Promise<SandboxStatus | undefined> {
  const answer = await ask(endpoint, 'GET /_tapit/status')
  return isStatus(answer) ? answer : undefined
}

export function isStatus(value: unknown): value is SandboxStatus {
  if (!isRecord(value)) return false
  const { pid, timings, minute, notice } = value
  const texts = ['url', 'version', 'startedAt', 'region', 'account', 'home'].map(member => value[member])
  if (!texts.every(text => typeof text === 'string') || typeof pid !== 'number') return false
  if (!['number', 'undefined'].includes(typeof minute)) return false
  return (
    typeof timings === 'string' && isTimingsName(timings) && ['string', 'undefined'].includes(typeof notice)
  )
}
