const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** How long something has lasted, as exactly as people care: `41 s`, `12 min`, `5 h`, `3 days`. */
export function age(milliseconds: number): string {
  if (milliseconds < minute) return `${Math.max(0, Math.floor(milliseconds / 1000))} s`
  if (milliseconds < hour) return `${Math.floor(milliseconds / minute)} min`
  if (milliseconds < 2 * day) return `${Math.floor(milliseconds / hour)} h`
  return `${Math.floor(milliseconds / day)} days`
}
