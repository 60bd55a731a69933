import type { EvidenceLines } from '../actions/events.ts'
import { evidenceLines } from '../actions/evidence-lines.ts'
import type { Ports } from '../actions/ports.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { failureOf } from '../deployment/projections.ts'
import type { Invocation } from './command.ts'
import type { Io } from './io.ts'
import type { ShowDeploy } from './report/show-deploy.ts'

type Output = { readonly invocation: Invocation; readonly io: Io; readonly ports: Ports }

/** Prints deployments as a result: the whole story as text, or one document. Log lines of failures are fetched now, not stored. */
export async function printDeployments(
  document: ShowDeploy,
  { invocation, io, ports }: Output,
): Promise<void> {
  const app = document.deployments[0]?.app
  const pointers = app === undefined ? [] : await ports.records.pointers(app)
  const lines = await allEvidenceLines(document.deployments, document.evidenceLines ?? new Map(), ports)
  if (invocation.global.output === 'json') {
    const { deploymentsDocument } = await import('./report/json.ts')
    const { group, deployments } = document
    io.stdout.write(
      `${JSON.stringify(deploymentsDocument({ group, deployments, pointers, evidenceLines: lines }), undefined, 2)}\n`,
    )
    return
  }
  const { showDeploy } = await import('./report/show-deploy.ts')
  const { viewOf } = await import('./report/view.ts')
  const view = viewOf(io.stdout, { env: io.env, now: io.clock.now() })
  io.stdout.write(`${showDeploy({ ...document, pointers, evidenceLines: lines }, view).join('\n')}\n`)
}

async function allEvidenceLines(
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
