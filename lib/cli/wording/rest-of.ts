/** What the other revision has, without the dust of floating-point numbers: 66.7 of 33.3. */
export function restOf(percent: number): number {
  return Math.round((100 - percent) * 10) / 10
}
