import type { ScaledProcess } from '../../actions/processes/scale-process.ts'
import { counted } from '../wording/counted.ts'
import { finished } from './finished.ts'
import { printableData } from './printable-data.ts'
import { prose } from './prose.ts'
import type { View } from './view.ts'

/** How many tasks are wanted now, and for how long that holds. */
export function showScale(document: readonly ScaledProcess[], view: View): string[] {
  const scaled = printableData(document)
  const isManual = scaled.some(({ scaling }) => scaling === undefined)
  return finished(
    [
      ...scaled.flatMap(each => prose(textOf(each), { view })),
      ...(isManual
        ? prose('It stays so, over deploys too, until count: in tapit.yml is changed and deployed.', { view })
        : []),
    ],
    view,
  )
}

function textOf({ process, before, desired, scaling }: ScaledProcess): string {
  const what =
    before === desired
      ? `${process} wants ${counted(desired, 'task')} already.`
      : `${process} wants ${counted(desired, 'task')} now (${before} before).`
  if (scaling === undefined) return what
  return `${what} Its auto scaling goes on from there, between ${scaling.min} and ${scaling.max}.`
}
