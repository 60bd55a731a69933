/** Words out of somebody's files as they are told: on one line, without control characters, and cut. */
export function quoted(text: string): string {
  // Bidirectional marks and line separators would show something else than what stands there.
  const shown = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ').trim()
  return `"${shown.length > longest ? `${shown.slice(0, longest)}…` : shown}"`
}

const longest = 80
