import { Refusal } from '../names/refusal.ts'
import { exitOfRefusal } from './exit-of-refusal.ts'

/** What is refused says of what: of two environments' identities one may have run out, and the other not. */
export async function saidOf<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { code, message, advice } = error
    throw new Refusal({
      code,
      exit: exitOfRefusal(error),
      message: `${name}: ${message}`,
      cause: error,
      ...(advice !== undefined && { advice }),
    })
  }
}
