import type { JournalEntry } from '../lib/sandbox/faults.ts'

/** Whether a call only reads, DynamoDB's included. */
export function isRead({ operation }: JournalEntry): boolean {
  return /^(Describe|List|Get|BatchGet|Filter|Query|Scan)/.test(operation)
}
