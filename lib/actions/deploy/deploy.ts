import { onceApproved } from '../approvals/once-approved.ts'
import { tellOverrides } from '../approvals/overrides.ts'
import type { DeployEvent } from '../events.ts'
import type { DeployRequest } from '../plan/request.ts'
import { type CarryOutOptions, carryOut } from './carry-out.ts'
import { conclude } from './conclude.ts'
import type { DeployEnd, DeployOptions } from './deploy-options.ts'
import { prepare } from './prepare.ts'
import { recordDeployments } from './record-deployments.ts'

/**
 * Makes one deployment per process, and follows each to its own end. Refuses before anything changes if one of them cannot work. Where the
 * images are built first, that is waited for in any case: a build does not go on without its command.
 */
export async function* deploy(
  request: DeployRequest,
  options: DeployOptions,
): AsyncGenerator<DeployEvent, DeployEnd, void> {
  const building = new Set<Promise<unknown>>()
  const over = new AbortController()
  const signal = AbortSignal.any([options.signal, over.signal])
  try {
    const end = yield* deployed(request, { ...options, signal, building })
    if (!options.wait || !end.deployments.some(({ state }) => state.is === 'awaiting_approval')) return end
    return yield* onceApproved(request, end, {
      ...options,
      signal,
      start: (approved, own) => deployed(approved, { ...options, signal, building, approved: own }),
    })
  } finally {
    // Where it broke off, builds may still be under way.
    over.abort()
    await Promise.allSettled(building)
    await options.build?.end()
  }
}

async function* deployed(
  request: DeployRequest,
  options: CarryOutOptions,
): AsyncGenerator<DeployEvent, DeployEnd, void> {
  const { clock, audit } = options.ports
  const prepared = yield* prepare(request, options)
  if ('exit' in prepared) return prepared
  const recorded = yield* recordDeployments(prepared, options)
  const { group } = recorded
  const deployments = recorded.followed.map(({ stored }) => stored.record)
  tellOverrides(deployments, audit)
  yield { is: 'recorded', at: clock.now(), group, deployments }
  const carriedOut = yield* carryOut(prepared, recorded, options)
  return yield* conclude(prepared, recorded, carriedOut, options)
}
