export type Unit = 'times' | 's' | 'per s' | 'calls' | 'MiB' | '%'

/** One line of the table: what was measured, how often, and what it may be. */
export type Figure = {
  readonly name: string
  readonly unit: Unit
  readonly values: readonly number[]
  /** Absent where the figure is only there to compare with. */
  readonly limit?: { readonly median?: number; readonly max?: number }
  /** Fewer values than this prove nothing. @default 1 */
  readonly atLeast?: number
  readonly note?: string
}

/** A group of figures that are measured together: `--only NAME` runs one. */
export type Measure = {
  readonly name: string
  run(): Promise<readonly Figure[]>
}
