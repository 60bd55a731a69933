/** The only source of time; tests own it. */
export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number
  /** Ends after `milliseconds`, or at once when the signal is aborted: whoever waits looks at the signal itself. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}
