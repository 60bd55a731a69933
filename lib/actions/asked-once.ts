import type { Clock } from '../names/clock.ts'

type AskedOnceOptions<Question> = {
  readonly clock: Clock
  /** Questions with the same key get the same answer. */
  readonly keyOf: (question: Question) => string
  /** How long an answer is still new, in milliseconds since it was asked for. */
  readonly fresh: number
}

/** Asks once for all that want to know the same within a short time. What went wrong is asked for again. */
export function askedOnce<Question, Answer>(
  ask: (question: Question) => Promise<Answer>,
  { clock, keyOf, fresh }: AskedOnceOptions<Question>,
): (question: Question) => Promise<Answer> {
  const asked = new Map<string, { readonly at: number; readonly answer: Promise<Answer> }>()
  return question => {
    const key = keyOf(question)
    const known = asked.get(key)
    if (known !== undefined && clock.now() - known.at < fresh) return known.answer
    const answer = ask(question)
    asked.set(key, { at: clock.now(), answer })
    answer.catch(() => asked.delete(key))
    return answer
  }
}
