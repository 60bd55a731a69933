/** Handlers that answer at once instead of possibly later: so the seed and tests can call them like functions. */
export type Immediate<Handlers, Operation extends keyof Handlers> = {
  readonly [Key in Operation]-?: NonNullable<Handlers[Key]> extends (input: infer Input) => infer Output
    ? (input: Input) => Exclude<Output, Promise<unknown>>
    : never
}
