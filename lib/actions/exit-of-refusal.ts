import { exitCodes, type ExitName, type Refusal } from '../names/refusal.ts'

/** The name of an exit code. */
export function exitOfRefusal({ exitCode }: Refusal): ExitName {
  switch (exitCode) {
    case exitCodes.waiting:
      return 'waiting'
    case exitCodes.interrupted:
      return 'interrupted'
    case exitCodes.in_progress:
      return 'in_progress'
    case exitCodes.superseded:
      return 'superseded'
    case exitCodes.usage:
      return 'usage'
    case exitCodes.refused:
      return 'refused'
    default:
      return 'failed'
  }
}
