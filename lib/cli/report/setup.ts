import type { Survey, SurveyedProcess } from '../../actions/services/survey.ts'
import { shortImage } from '../wording/short-image.ts'
import { finished } from './finished.ts'
import { fittingTable } from './fitting-table.ts'
import { printableData } from './printable-data.ts'
import { prose } from './prose.ts'
import type { View } from './view.ts'

/** What a deploy would find of each process, and under it what stands in its way, with a command that is there to be copied. */
export function showSurvey(document: Survey, view: View): string[] {
  const { app, environment, processes } = printableData(document)
  const rows = fittingTable([processes.map(each => row(each, view))], { columns: Infinity, indent: 2 })
  return finished(
    [
      '',
      `${view.paint('strong', app)} (${environment})`,
      ...processes.flatMap((each, index) => [rows[index] ?? '', ...beneath(each, view)]),
    ],
    view,
  )
}

function row({ process, kind, container, repository }: SurveyedProcess, { paint }: View): string[] {
  const images =
    container === undefined || repository === undefined
      ? paint('bad', 'not ready')
      : `container ${container}, images from ${shortImage(repository)}`
  return [paint('strong', process), kind, images]
}

function beneath({ problem, command }: SurveyedProcess, view: View): string[] {
  return [
    ...(problem === undefined ? [] : prose(problem, { view, indent: 6 })),
    ...(command === undefined ? [] : [`      ${command}`]),
  ]
}
