type Line = { readonly at: number; readonly message: string }

/** PutLogEvents' limits: a batch of so many events and bytes, 26 of them for each event, over no more than a day. */
const mostEvents = 10_000
const mostBytes = 1_048_576
const bytesPerEvent = 26
const longestSpan = 24 * 60 * 60 * 1_000

/** Lines in the order of their times, cut to what one call of PutLogEvents takes. */
export function logBatches(lines: readonly Line[]): readonly (readonly Line[])[] {
  const batches: Line[][] = []
  let bytes = 0
  for (const line of lines.toSorted((one, other) => one.at - other.at).map(fitting)) {
    const size = sizeOf(line)
    const batch = batches.at(-1)
    const [first] = batch ?? []
    const isFull =
      batch === undefined ||
      first === undefined ||
      batch.length >= mostEvents ||
      bytes + size > mostBytes ||
      line.at - first.at >= longestSpan
    if (isFull) {
      batches.push([line])
      bytes = size
    } else {
      batch.push(line)
      bytes += size
    }
  }
  return batches
}

function sizeOf({ message }: Line): number {
  return Buffer.byteLength(message) + bytesPerEvent
}

/** An empty message is refused, and so is one that is longer than a batch. */
function fitting(line: Line): Line {
  if (line.message === '') return { ...line, message: ' ' }
  if (sizeOf(line) <= mostBytes) return line
  const cut = Buffer.from(line.message).subarray(0, mostBytes - bytesPerEvent - 16)
  return { ...line, message: `${cut.toString().replace(/\uFFFD+$/, '')} … [cut]` }
}
