/**
 * `count` delays that are spread over a poll interval, in milliseconds: added to what happens before an event, they make it fall on
 * every phase of whoever polls.
 */
export function phases(count: number): readonly number[] {
  const interval = 1_500
  return Array.from({ length: count }, (_, index) => Math.round((index * interval) / count))
}
