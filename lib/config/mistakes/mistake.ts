/** Keys and positions from the top of the file: `['routes', 0, 'path']`. */
export type Path = readonly (string | number)[]

/** Something in tapit.yml that cannot stay as it is. */
export type Mistake = {
  /** What it is about. Where that is not in the file, the nearest that is around it is pointed at. */
  readonly path: Path
  /** Points at the key, where the value is not to blame. @default 'value' */
  readonly on?: 'key' | 'value'
  /** What came in, what is allowed, what to do. */
  readonly message: string
}
