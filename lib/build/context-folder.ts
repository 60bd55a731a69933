/** A folder of a build's context, with all that would be sent of it. */
export type ContextFolder = {
  /** From the context, with "/". Empty for the context itself. */
  readonly path: string
  /** Of everything in and below it. */
  readonly bytes: number
  readonly folders: readonly ContextFolder[]
  /** The largest of its files: at least one, where it has any. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[]
}
