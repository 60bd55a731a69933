/** FNV-1a: a whole number of 32 bits that is always the same for the same text. For names that must differ, not for secrets. */
export function hash(text: string): number {
  return Array.from(text).reduce(
    (sum, letter) => Math.imul(sum ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0,
    0x811c9dc5,
  )
}
