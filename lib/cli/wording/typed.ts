/** A word as it can be typed into a shell: what was made elsewhere (tags, names) must not run anything when it is pasted. */
export function typed(word: string): string {
  return /^[\w.,:@%+/=…-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
