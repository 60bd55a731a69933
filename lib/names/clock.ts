/** The only source of time; tests own it. */
export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number
  /** Ends after `milliseconds`, or at once when the signal is aborted: whoever waits looks at the signal itself. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}

/** A clock that shows AWS's time, as soon as AWS has told it. */
export type CorrectedClock = Clock & {
  /** What it is made of, right or wrong: spans that begin before AWS has answered are measured by it. */
  readonly machine: Clock
  /** AWS is being asked. What the answer says of AWS's time, to the second, is told to the function. */
  asking(): (told: number) => void
}
