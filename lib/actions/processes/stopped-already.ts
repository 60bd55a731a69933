import { Refusal } from '../../names/refusal.ts'
import type { StoppedPointer } from '../../records/pointer.ts'

export function stoppedAlready({ app, process, dockerTag, stop }: StoppedPointer): Refusal {
  const { by, at, reason } = stop
  const why = reason === undefined ? '' : ` (${reason})`
  return new Refusal({
    code: 'stopped_already',
    message: `${process} (${dockerTag}) is stopped, since ${new Date(at).toISOString()} by ${by}${why}.`,
    advice: `tapit -a ${app} start process=${process} brings it back.`,
  })
}
