import { Refusal } from '../../names/refusal.ts'
import type { RefusedProcess } from './plan.ts'

/** One refusal for all processes that cannot be deployed; `others` are those that could go ahead without them. */
export function refusalOfProcesses(
  refused: readonly [RefusedProcess, ...RefusedProcess[]],
  others: readonly string[],
): Refusal {
  const [first] = refused
  const isSame = refused.every(({ reason }) => reason === first.reason)
  const without =
    others.length === 0
      ? []
      : [`without ${refused.length === 1 ? 'it' : 'them'}: process=${others.join(',')}`]
  return new Refusal({
    code: first.code,
    exit: refused.every(({ isUsage = false }) => isUsage) ? 'usage' : 'refused',
    message:
      isSame && others.length === 0
        ? first.reason
        : refused.map(({ process, reason }) => `${process}: ${reason}`).join('\n'),
    advice: [...new Set(refused.flatMap(({ advice }) => advice ?? [])), ...without].join('\n'),
  })
}
