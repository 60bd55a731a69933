/** A command as CMD and HEALTHCHECK take it without a shell; nothing in its words can end the line. */
export function execForm(words: readonly string[]): string {
  return `[${words.map(word => ascii(JSON.stringify(word))).join(', ')}]`
}

/** Some characters look like the end of a line to an editor, or turn it around. */
function ascii(text: string): string {
  return text.replaceAll(
    /[^\x20-\x7E]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
