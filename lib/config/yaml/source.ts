/** A value of tapit.yml and where it stands, in characters from the beginning of the file. */
export type Source =
  | { readonly is: 'map'; readonly at: number; readonly entries: ReadonlyMap<string, SourceEntry> }
  | { readonly is: 'list'; readonly at: number; readonly items: readonly Source[] }
  | {
      readonly is: 'scalar'
      readonly at: number
      /** Nothing after a key is null. */
      readonly value: string | number | boolean | null
      /** As written where it stands without quotes (`1.10`), else its value. */
      readonly text: string
    }

export type SourceEntry = {
  /** Where the key stands. */
  readonly at: number
  readonly value: Source
}
