/** The values of a list key, as typed: `default,worker`. */
export function listed(value: string): readonly string[] {
  return [
    ...new Set(
      value
        .split(',')
        .map(each => each.trim())
        .filter(each => each !== ''),
    ),
  ]
}
