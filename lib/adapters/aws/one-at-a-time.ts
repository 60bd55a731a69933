/** Runs what it is given one after the other; a failure does not hold up the next. */
export function oneAtATime(): <Result>(run: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve()
  return run => {
    const turn = last.then(run, run)
    last = turn
    return turn
  }
}
