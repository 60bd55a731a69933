/** At most so many at once; the others wait their turn, in order. */
export type Places = <Result>(work: () => Promise<Result>) => Promise<Result>

export function places(atOnce: number): Places {
  let free = atOnce
  const waiting: (() => void)[] = []
  return async work => {
    if (free > 0) free -= 1
    else await new Promise<void>(resolve => waiting.push(resolve))
    try {
      return await work()
    } finally {
      // The place goes straight to the next one.
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    }
  }
}
