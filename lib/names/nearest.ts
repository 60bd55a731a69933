const mostSuggestions = 3
/** Beyond this nobody mistyped a name; comparing would only cost time. */
const longestName = 64

/** The candidates that `word` may have been meant to be, nearest first; at most three. */
export function nearest(word: string, candidates: readonly string[]): readonly string[] {
  const wanted = plain(word)
  if (wanted === '' || wanted.length > longestName) return []
  return [...new Set(candidates)]
    .map(candidate => ({ candidate, distance: distanceTo(wanted, plain(candidate)) }))
    .filter(({ distance }) => distance <= allowedDistance(wanted))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, mostSuggestions)
    .map(({ candidate }) => candidate)
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll('_', '-')
}

/** A short word is near only what differs by one letter: everything is near everything otherwise. */
function allowedDistance(word: string): number {
  return Math.max(1, Math.floor(word.length / 3))
}

function distanceTo(word: string, candidate: string): number {
  const isBeginning = word.length >= 2 && candidate.startsWith(word)
  return isBeginning ? Math.min(1, candidate.length - word.length) : editDistance(word, candidate)
}

/** How many letters must be put in, left out, replaced, or swapped with their neighbour (optimal string alignment). */
function editDistance(from: string, to: string): number {
  let beforePrevious: readonly number[] = []
  let previous: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const replaced = at(previous, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1)
      const isSwapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      const swapped = isSwapped ? at(beforePrevious, column - 2) + 1 : Infinity
      current.push(Math.min(at(previous, column) + 1, at(current, column - 1) + 1, replaced, swapped))
    }
    beforePrevious = previous
    previous = current
  }
  return at(previous, to.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity
}
