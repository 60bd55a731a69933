/** Takes values out of a text, the longest first: one may be a part of another. */
export function masking(values: readonly string[]): (text: string) => string {
  const longestFirst = [...new Set(values)].toSorted((one, other) => other.length - one.length)
  return text => longestFirst.reduce((masked, value) => masked.replaceAll(value, '***'), text)
}
