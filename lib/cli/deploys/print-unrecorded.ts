import type { UnrecordedDecision, UnrecordedEnd } from '../../actions/cancel-continue/decide-unrecorded.ts'
import type { ServiceDeployment } from '../../actions/ports.ts'
import { type Output, printResult } from '../print-result.ts'
import { prose } from '../report/prose.ts'

/** Tells what became of deployments that tapit has no records of. */
export async function printUnrecorded(
  { decided }: UnrecordedEnd,
  decision: UnrecordedDecision,
  output: Output,
): Promise<void> {
  await printResult(output, {
    document: () => ({
      deployments: [],
      unrecorded: decided.map(({ process, deployment }) => ({
        process,
        serviceDeployment: deployment.arn,
        status: deployment.status,
        ...(deployment.statusReason !== undefined && { statusReason: deployment.statusReason }),
      })),
    }),
    text: view =>
      decided.flatMap(({ process, deployment }) =>
        prose(
          `${process}: ${asked(decision, deployment)} tapit did not make this deployment and keeps no record of it.`,
          {
            view,
          },
        ),
      ),
  })
}

function asked(decision: UnrecordedDecision, { status, arn }: ServiceDeployment): string {
  const what = decision === 'continue' ? 'ECS goes on with' : 'ECS goes back from'
  return `${what} ${arn} (${status}).`
}
