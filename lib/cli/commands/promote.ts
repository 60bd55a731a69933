import { planPromotion } from '../../actions/promote/plan-promotion.ts'
import type { PromotionRequest } from '../../actions/promote/promotion.ts'
import { promote as carryOut } from '../../actions/promote/promote.ts'
import { exitCodes, Refusal } from '../../names/refusal.ts'
import type { Handler, Invocation } from '../command.ts'
import { openBuildTools } from '../context.ts'
import { deployRequestOf } from '../deploys/deploy-request-of.ts'
import { leaseSecondsOf } from '../deploys/lease-seconds.ts'
import { type Environments, openEnvironments } from '../places/open-environments.ts'
import { reportDeployment } from '../deploys/report-deployment.ts'
import { tellCopies } from '../images/tell-copies.ts'
import { startWaiting } from '../waiting.ts'

export const promote: Handler = async (invocation, io) => {
  const leaseSeconds = leaseSecondsOf(io.env)
  const names = namesIn(invocation)
  const waiting = startWaiting(invocation, io)
  try {
    const environments = await openEnvironments(names, { invocation, io })
    const request = requestOf(invocation, { names, environments })
    const events = carryOut(request, await planPromotion(request), {
      leaseSeconds,
      dryRun: invocation.flags['dry-run'] === true,
      wait: invocation.flags['wait'] === true,
      patience: waiting.patience,
      signal: waiting.signal,
      docker: async () => (await openBuildTools(io)).docker,
      tell: tellCopies(io),
    })
    const end = await reportDeployment(events, { invocation, io, context: environments.to })
    return exitCodes[end.exit]
  } finally {
    waiting.end()
  }
}

type Names = { readonly from: string; readonly to: string }

function namesIn({ keys: { from, to }, global: { environment } }: Invocation): Names {
  if (from === undefined) throw usage('missing_key', 'from where? promote needs from=.')
  if (to === undefined) throw usage('missing_key', 'where to? promote needs to=.')
  if (environment !== undefined && environment !== to)
    throw usage('keys_exclude_each_other', `-e ${environment} cannot stand beside from=${from} to=${to}.`)
  if (from === to)
    throw usage('same_environment', `from=${from} and to=${to} are the same: there is nothing to promote.`)
  return { from, to }
}

function usage(code: string, message: string): Refusal {
  return new Refusal({
    code,
    exit: 'usage',
    message,
    advice: 'tapit promote from=staging to=production --wait',
  })
}

function requestOf(
  { keys, flags }: Invocation,
  { names, environments: { from, to } }: { readonly names: Names; readonly environments: Environments },
): PromotionRequest {
  const { processes, strategy, initiator, reason, override, supersede } = deployRequestOf({ keys, flags }, to)
  return {
    from: { ...from, name: names.from },
    to: { ...to, name: names.to },
    ...(processes && { processes }),
    ...(strategy && { strategy }),
    ...(initiator !== undefined && { initiator }),
    ...(reason !== undefined && { reason }),
    ...(override !== undefined && { override }),
    ...(supersede && { supersede }),
  }
}
