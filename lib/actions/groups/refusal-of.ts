import { Refusal } from '../../names/refusal.ts'

/** What was thrown, where it is a refusal; a bug goes on being thrown. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  throw error
}
