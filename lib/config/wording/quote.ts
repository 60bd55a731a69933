const longest = 60

/** What came in, as a message repeats it: in quotes and short. */
export function quote(text: string): string {
  return JSON.stringify(text.length > longest ? `${text.slice(0, longest)}…` : text)
}
