import type { DecisionOptions } from '../../actions/cancel-continue/decide-each.ts'
import type { DeployEvent } from '../../actions/events.ts'
import { type UnrecordedDecision, decideUnrecorded } from '../../actions/cancel-continue/decide-unrecorded.ts'
import { type OpenDeployments, openDeployments } from '../../actions/cancel-continue/open-deployments.ts'
import type { Deployment } from '../../deployment/deployment.ts'
import { type ExitCode, type ExitName, exitCodes } from '../../names/refusal.ts'
import type { Group } from '../../records/group.ts'
import { listed } from '../argv/listed.ts'
import type { Invocation } from '../command.ts'
import { openContext } from '../context.ts'
import type { Io } from '../io.ts'
import { printUnrecorded } from './print-unrecorded.ts'
import { reportDeployment } from './report-deployment.ts'
import { startWaiting } from '../waiting.ts'

type Recorded = OpenDeployments & { readonly is: 'recorded' }

type End = {
  readonly exit: ExitName
  readonly group: Group
  readonly deployments: readonly Deployment[]
}

type Command = { readonly invocation: Invocation; readonly io: Io }

/** What `continue deploy` and `cancel deploy` share: which deployments are meant, following them, telling of it. */
export async function decide(
  decision: UnrecordedDecision,
  carryOut: (open: Recorded, options: DecisionOptions) => AsyncGenerator<DeployEvent, End, void>,
  { invocation, io }: Command,
): Promise<ExitCode> {
  const { id, process, reason } = invocation.keys
  const context = await openContext(invocation, io)
  const { ports, observer, cluster: app } = context
  const waiting = startWaiting(invocation, io)
  try {
    const wait = invocation.flags['wait'] === true
    const processes = process === undefined ? undefined : listed(process)
    const open = await openDeployments(
      { app, ...(id !== undefined && { id }), ...(processes && { processes }) },
      { ports, observer },
    )
    const means = { ports, wait, signal: waiting.signal }
    if (open.is === 'unrecorded') {
      const end = await decideUnrecorded(open.found, decision, means)
      await printUnrecorded(end, decision, { invocation, io })
      return exitCodes[end.exit]
    }
    const events = carryOut(open, { ...means, observer, ...(reason !== undefined && { reason }) })
    const end = await reportDeployment(events, { invocation, io, context })
    return exitCodes[end.exit]
  } finally {
    waiting.end()
  }
}
