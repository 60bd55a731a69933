import { exitCodes, Refusal } from '../../names/refusal.ts'

/** What is refused says of what: of two environments' identities one may have run out, and the other not. */
export async function saidOf<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { code, message, advice, exitCode } = error
    const exit = exitNames.find(name => exitCodes[name] === exitCode)
    throw new Refusal({
      code,
      message: `${name}: ${message}`,
      cause: error,
      ...(advice !== undefined && { advice }),
      ...(exit !== undefined && { exit }),
    })
  }
}

const exitNames = [
  'done',
  'failed',
  'usage',
  'refused',
  'waiting',
  'in_progress',
  'superseded',
  'interrupted',
] as const
