import type { EvidenceLines } from '../../actions/events.ts'
import { evidenceLines } from '../../actions/follow/evidence-lines.ts'
import type { Ports } from '../../actions/ports.ts'
import { pointerTo } from '../../actions/settle/finalize.ts'
import { Trouble } from '../../actions/trouble.ts'
import type { Deployment } from '../../deployment/deployment.ts'
import { failureOf } from '../../deployment/projections.ts'
import type { Pointer } from '../../records/pointer.ts'
import type { Invocation } from '../command.ts'
import { type Output, printResult } from '../print-result.ts'
import type { ShowDeploy } from '../report/show-deploy.ts'

type DeploymentsOutput = Output & {
  readonly ports: Ports
  /** A live screen that shows the deployments stays above: only how it ended is left to say. */
  readonly isOnScreen?: boolean
}

/** Prints deployments as a result: the whole story as text, or one document. Log lines of failures are fetched now, not stored. */
export async function printDeployments(
  document: ShowDeploy,
  { ports, isOnScreen = false, ...output }: DeploymentsOutput,
): Promise<void> {
  const { group, deployments, missing, exit, movedTags } = document
  const app = deployments[0]?.app
  const pointers = app === undefined ? [] : await pointersOf(app, deployments, ports)
  const lines = (): Promise<ReadonlyMap<string, EvidenceLines>> =>
    allEvidenceLines(deployments, document.evidenceLines ?? new Map(), ports)
  await printResult(output, {
    document: async () => {
      const { deploymentsDocument } = await import('../report/json.ts')
      return deploymentsDocument({
        group,
        deployments,
        pointers,
        evidenceLines: await lines(),
        ...(missing !== undefined && { missing }),
        ...(movedTags && { movedTags }),
      })
    },
    text: async view => {
      const { showDeploy } = await import('../report/show-deploy.ts')
      const { outcome } = await import('../report/outcome.ts')
      if (isOnScreen) return outcome({ deployments, exit }, view)
      return showDeploy({ ...document, pointers, evidenceLines: await lines() }, view)
    },
  })
}

/** Which deployments are active; of these alone, as they ended, where access was lost on the way. */
export async function pointersOf(
  app: string,
  deployments: readonly Deployment[],
  { records }: Ports,
): Promise<readonly Pointer[]> {
  try {
    return await records.pointers(app)
  } catch (error) {
    if (!(error instanceof Trouble)) throw error
    return deployments.flatMap(deployment => pointerTo(deployment) ?? [])
  }
}

/** Loads what printing them needs, ahead of time. */
export async function preparePrinting({ global }: Invocation): Promise<void> {
  if (global.output === 'json') await import('../report/json.ts')
  else await Promise.all([import('../report/show-deploy.ts'), import('../report/view.ts')])
}

/** The log lines of what failed among them, by the deployment's id: those that are known, else as they can be read now. */
export async function allEvidenceLines(
  deployments: readonly Deployment[],
  known: ReadonlyMap<string, EvidenceLines>,
  { logs }: Ports,
): Promise<ReadonlyMap<string, EvidenceLines>> {
  const failed = deployments.flatMap(({ id, state }) => {
    const failure = failureOf(state)
    return failure === undefined ? [] : [{ id, failure }]
  })
  const found = await Promise.all(
    failed.map(async ({ id, failure }) => {
      const before = known.get(id)
      return [
        id,
        before?.some(({ lines }) => lines.length > 0) ? before : await evidenceLines(failure, logs),
      ] as const
    }),
  )
  return new Map(found)
}
