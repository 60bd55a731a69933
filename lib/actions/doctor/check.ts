import { Refusal } from '../../names/refusal.ts'

export type CheckName =
  | 'config'
  | 'region'
  | 'credentials'
  | 'clock'
  | 'table'
  | 'app'
  | 'settings'
  | 'audit'
  | 'permissions'
  | 'process'
  | 'repository'
  | 'exec'
  | 'docker'

/** One thing that `tapit doctor` looked at, and how it is. */
export type Check = {
  readonly name: CheckName
  readonly process?: string
  /** `error` keeps deploys from working, `warning` will bite some day, `skipped` could not be looked at, or need not be. */
  readonly status: 'ok' | 'warning' | 'error' | 'skipped'
  readonly message: string
  /** What to do about it. */
  readonly advice?: string
}

/** What a check found, or that it failed: no check hides what the others found. */
export async function checked(
  name: CheckName,
  look: () => Promise<readonly Omit<Check, 'name'>[]>,
): Promise<readonly Check[]> {
  try {
    return (await look()).map(found => ({ name, ...found }))
  } catch (error) {
    return [{ name, ...failed(error) }]
  }
}

export function failed(error: unknown): Omit<Check, 'name'> {
  const message = sentence(error instanceof Error ? error.message : String(error))
  const advice = error instanceof Refusal ? error.advice : undefined
  return { status: 'error', message, ...(advice !== undefined && { advice }) }
}

export function ok(message: string): Omit<Check, 'name'> {
  return { status: 'ok', message }
}

/** Refusals begin as `tapit: there is no …` goes on; names of files and of callers stay as they are. */
function sentence(message: string): string {
  const text = message.trim()
  const end = /[.!?…]$/.test(text) ? '' : '.'
  return `${text.replace(/^[a-z](?=[a-z]*[ ?])/, letter => letter.toUpperCase())}${end}`
}
