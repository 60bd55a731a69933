import type { Instant } from '../../deployment/state.ts'
import { Refusal } from '../../names/refusal.ts'

/** Where reading goes on: CloudWatch's token, and what it was given for. */
export type AuditPlace = { readonly from: Instant; readonly next?: string }

/** Opaque to people, and only good for the app that it was given for. */
export function auditPage({ from, next = '' }: AuditPlace, app: string): string {
  return Buffer.from(JSON.stringify([app, from, next])).toString('base64url')
}

export function auditPlaceOf(page: string, app: string): AuditPlace {
  const [of, from, next] = parsed(page)
  if (of === app && typeof from === 'number' && typeof next === 'string' && next !== '') return { from, next }
  throw new Refusal({
    code: 'bad_page_token',
    exit: 'usage',
    message: `"${page}" is not a page of the audit of ${app}.`,
    advice: 'Give the nextToken of the page before, for the same app: tapit show audit',
  })
}

function parsed(page: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(page, 'base64url').toString())
    return Array.isArray(value) ? value : []
  } catch {
    // Not JSON: no page of ours, which is what the caller says.
    return []
  }
}
