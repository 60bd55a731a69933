import type { ExitName } from '../names/refusal.ts'

/** What a command over several apps exits with, out of how it ended in each: part of it undone is a failure. */
export function exitOfAll(exits: readonly ExitName[]): ExitName {
  const [first] = exits
  if (first !== undefined && exits.every(exit => exit === first)) return first
  const said = exits.map(exit => (exit === 'refused' || exit === 'usage' ? 'failed' : exit))
  return order.find(exit => said.includes(exit)) ?? 'done'
}

const order = ['interrupted', 'failed', 'superseded', 'in_progress', 'waiting'] as const
