/** A command as CMD and HEALTHCHECK take it without a shell; nothing in its words can end the line. */
export function execForm(words: readonly string[]): string {
  return `[${words.map(word => JSON.stringify(word)).join(', ')}]`
}
