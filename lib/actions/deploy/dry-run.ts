import type { Warning } from '../events.ts'
import type { DeployRequest } from '../plan/request.ts'
import { deploy } from './deploy.ts'
import type { DeployEnd, DeployOptions } from './deploy-options.ts'

export type DryRun = Pick<DeployEnd, 'plan' | 'exit'> & { readonly warnings: readonly Warning[] }

/** What a deploy would do. Changes nothing. */
export async function dryRun(
  request: DeployRequest,
  options: Omit<DeployOptions, 'dryRun' | 'wait'>,
): Promise<DryRun> {
  const events = deploy(request, { ...options, dryRun: true, wait: false })
  const warnings: Warning[] = []
  while (true) {
    const { done, value } = await events.next()
    if (done === true) return { plan: value.plan, exit: value.exit, warnings }
    if (value.is === 'warned') warnings.push(value.warning)
  }
}
