import type { Instant } from '../../../deployment/state.ts'

/** `2026-11-20T10:41:46.000Z`; nothing for nothing. */
export function iso(at: Instant | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString()
}
