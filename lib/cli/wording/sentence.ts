/** The text with a full stop, unless it ends in one or in something that must be copied as it is. */
export function sentence(text: string): string {
  return /[.!?:…]$/.test(text) ? text : `${text}.`
}
