import type { CorrectedClock } from '../../names/clock.ts'
import { dateOf } from './date-of.ts'

/** As far as every client's stack is the same. */
type Stack = {
  add(
    middleware: (next: Next) => Next,
    options: { readonly step: 'deserialize'; readonly priority: 'low'; readonly name: string },
  ): void
}

type Next = (input: unknown) => Promise<{ readonly response: unknown }>

/** Tells what time each answer says that it is, also that of an error: the nearest to the wire, where each attempt is one question. */
export function hearTime(
  client: { readonly middlewareStack: object },
  asking: CorrectedClock['asking'],
): void {
  const stack = client.middlewareStack as Stack
  stack.add(
    next => async input => {
      const tell = asking()
      const answer = await next(input)
      tell(Date.parse(dateOf(answer.response) ?? ''))
      return answer
    },
    { step: 'deserialize', priority: 'low', name: 'tapitTimeOfAnswer' },
  )
}
