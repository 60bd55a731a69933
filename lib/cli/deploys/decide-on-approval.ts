import { type ApprovalDecision, decideApproval } from '../../actions/approvals/decide-approval.ts'
import { type ExitCode, exitCodes } from '../../names/refusal.ts'
import type { Invocation } from '../command.ts'
import { openContext } from '../context.ts'
import type { Io } from '../io.ts'
import { neededId } from '../needed-id.ts'
import { digestsMeant } from './digests-meant.ts'
import { reportDeployment } from './report-deployment.ts'

/** What `approve deploy` and `deny deploy` share. */
export async function decideOnApproval(
  decision: ApprovalDecision['decision'],
  { invocation, io }: { readonly invocation: Invocation; readonly io: Io },
): Promise<ExitCode> {
  const { message, image } = invocation.keys
  const images = image === undefined ? undefined : digestsMeant(image)
  const id = neededId(invocation)
  const context = await openContext(invocation, io)
  const events = decideApproval(
    {
      app: context.cluster,
      id,
      decision,
      ...(message !== undefined && { message }),
      ...(images && { images }),
    },
    context.ports,
  )
  const end = await reportDeployment(events, { invocation, io, context, keepsStepLogs: false })
  return exitCodes[end.exit]
}
