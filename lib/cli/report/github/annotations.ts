import type { Deployment } from '../../../deployment/deployment.ts'
import { failureOf } from '../../../deployment/projections.ts'
import { type ExitName, type Refusal, exitCodes } from '../../../names/refusal.ts'
import { printable } from '../../text/printable.ts'
import { adviceText } from '../../wording/advice-text.ts'
import { failureText } from '../../wording/failure-text.ts'
import { outcomeText } from '../../wording/outcome-text.ts'
import { processName } from '../../wording/process-name.ts'
import { stageWords } from '../../wording/stage-words.ts'
import type { Annotation } from './workflow-command.ts'

/** GitHub shows so many of one level for a step. */
const most = 10

/** What went wrong with each deployment, without log lines: annotations are shown to more people, and kept longer, than a log. */
export function annotations(deployments: readonly Deployment[], exit: ExitName): readonly Annotation[] {
  const failed = deployments.flatMap(deployment => annotationOf(deployment, deployments) ?? [])
  if (failed.length > most) {
    const rest = failed.slice(most - 1)
    const message = rest.map(({ title }) => title).join('\n')
    return [...failed.slice(0, most - 1), { level: 'error', title: `${rest.length} more`, message }]
  }
  if (failed.length > 0 || exit === 'done') return failed
  return [
    {
      level: exit === 'failed' ? 'error' : 'warning',
      title: `tapit: exit code ${exitCodes[exit]}`,
      message: said(outcomeText(deployments)),
    },
  ]
}

/** What was refused before anything was deployed. */
export function refusalAnnotation({
  message,
  advice,
}: Pick<Refusal, 'message'> & { readonly advice?: string }): Annotation {
  return { level: 'error', title: 'tapit', message: said([message, ...(advice ? [advice] : [])].join('\n')) }
}

function annotationOf(deployment: Deployment, among: readonly Deployment[]): Annotation | undefined {
  const { state, dockerTag } = deployment
  const failure = failureOf(state)
  if (failure === undefined) return undefined
  const name = processName(deployment, among)
  return {
    level: failure.code === 'superseded' ? 'warning' : 'error',
    title: said(`${name}: ${stageWords(state)}, ${dockerTag}`),
    message: said(`${failureText(failure, deployment)}\n${adviceText(failure, deployment)}`),
  }
}

function said(text: string): string {
  return printable(text, { newlines: true })
}
