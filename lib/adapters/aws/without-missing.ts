import { isAwsError } from './is-aws-error.ts'

/**
 * Asks for several things in a call that fails as a whole where one of them is missing: then for each half by itself, so that few missing
 * ones cost few calls.
 */
export async function withoutMissing<Item, Result>(
  items: readonly Item[],
  missing: string,
  ask: (items: readonly Item[]) => Promise<readonly Result[]>,
): Promise<readonly Result[]> {
  if (items.length === 0) return []
  try {
    return await ask(items)
  } catch (error) {
    if (!isAwsError(error, missing)) throw error
    if (items.length === 1) return []
    const half = Math.ceil(items.length / 2)
    return [
      ...(await withoutMissing(items.slice(0, half), missing, ask)),
      ...(await withoutMissing(items.slice(half), missing, ask)),
    ]
  }
}
