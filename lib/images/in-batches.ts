/** What ECR answers of at most a hundred images a call. */
const mostPerCall = 100

/** Asks for many things, as many a call as ECR takes; for none of nothing. */
export async function inBatches<Item, Result>(
  items: readonly Item[],
  ask: (items: readonly Item[]) => Promise<readonly Result[]>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  for (let start = 0; start < items.length; start += mostPerCall)
    results.push(...(await ask(items.slice(start, start + mostPerCall))))
  return results
}
