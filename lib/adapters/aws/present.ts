type Present<Shape> = { [Key in keyof Shape]: Exclude<Shape[Key], undefined> }

/** The same object without members that are undefined: an absent member is left out, not spelled out. */
export function present<Shape extends object>(shape: Shape): Present<Shape> {
  return Object.fromEntries(
    Object.entries(shape).filter(([, value]) => value !== undefined),
  ) as Present<Shape>
}
