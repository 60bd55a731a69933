/** The items in lists of at most `size`. */
export function batches<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const lists: Item[][] = []
  for (let start = 0; start < items.length; start += size) lists.push(items.slice(start, start + size))
  return lists
}

/** Works on all items, `atOnce` at a time, and answers in their order. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  for (const batch of batches(items, atOnce)) results.push(...(await Promise.all(batch.map(work))))
  return results
}
