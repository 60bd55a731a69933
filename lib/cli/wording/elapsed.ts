const second = 1000
const day = 24 * 60 * 60 * second

/** A duration as a clock shows it, for what is running: `0:41`, `1:02:03`, `3 days`. */
export function elapsed(milliseconds: number): string {
  const whole = Math.max(0, Math.floor(milliseconds / second))
  if (milliseconds >= 2 * day) return `${Math.floor(milliseconds / day)} days`
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  const seconds = twoDigits(whole % 60)
  return hours === 0 ? `${minutes}:${seconds}` : `${hours}:${twoDigits(minutes)}:${seconds}`
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0')
}
