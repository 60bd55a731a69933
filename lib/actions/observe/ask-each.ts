import { batches } from '../batches.ts'
import type { Trouble } from '../trouble.ts'
import type { Reads } from './reads.ts'

export type Answers<Item, Answer> = {
  readonly answers: readonly { readonly asked: readonly Item[]; readonly answer: Answer }[]
  /** What AWS has no answer for, and never will: each asked for by itself, since a batch fails for one of its members. */
  readonly refused: ReadonlyMap<Item, string>
  /** Whether everything was answered. */
  readonly isComplete: boolean
}

/** Asks for many things, `size` a call, all calls at once. What is gone, or refused, costs only itself; access that is lost throws. */
export async function askEach<Item, Answer>(
  items: readonly Item[],
  { size, reads, ask }: { size: number; reads: Reads; ask(batch: readonly Item[]): Promise<Answer> },
): Promise<Answers<Item, Answer>> {
  const answers: { asked: readonly Item[]; answer: Answer }[] = []
  const refused = new Map<Item, string>()
  let isComplete = true
  let left = batches(items, size)
  while (left.length > 0) {
    const asking = left.map(async asked => ({ asked, outcome: await reads.ask(() => ask(asked)) }))
    const again: (readonly Item[])[] = []
    for (const { asked, outcome } of await Promise.all(asking)) {
      switch (outcome.is) {
        case 'answered':
          answers.push({ asked, answer: outcome.answer })
          break
        case 'late':
          isComplete = false
          break
        case 'refused': {
          if (!isOfOneThing(outcome.trouble)) throw outcome.trouble
          const [only, ...others] = asked
          if (others.length > 0) again.push(...batches(asked, 1))
          else if (only !== undefined) refused.set(only, outcome.trouble.message)
        }
      }
    }
    left = again
  }
  return { answers, refused, isComplete: isComplete && refused.size === 0 }
}

/** Whether the trouble is about what was asked for, and not about who asks. */
export function isOfOneThing({ kind }: Trouble): boolean {
  return kind === 'missing' || kind === 'refused'
}
