import type { WrittenWorkflow } from '../../init/write-workflow.ts'
import type { View } from '../report/view.ts'
import { printable } from '../text/printable.ts'
import { wrap } from '../text/wrap.ts'

/** What the workflow does, and what is left to do for it. */
export function workflowText(
  { file, deploys, promotion, todo }: WrittenWorkflow,
  { columns, isAscii }: View,
): readonly string[] {
  const to = isAscii ? '->' : '→'
  return [
    `wrote ${printable(file)}:`,
    ...deploys.map(({ branch, environment }) =>
      printable(`  a push to ${branch} ${to} build, deploy to ${environment}`),
    ),
    ...(promotion === undefined
      ? []
      : [printable(`  a release ${to} promote from ${promotion.from} to ${promotion.to}`)]),
    '',
    'left to do:',
    ...todo.flatMap(each => wrap(printable(`- ${each}`), { columns, indent: 2, hanging: 4 }).split('\n')),
  ]
}
