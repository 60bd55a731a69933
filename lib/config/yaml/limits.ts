/** tapit.yml itself is nested 7 levels deep. */
export const deepestNesting = 64

/** A file of 256 KB holds fewer values than that; what holds more was multiplied by aliases. */
export const mostValues = 100_000
