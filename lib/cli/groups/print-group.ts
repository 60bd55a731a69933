import type { EvidenceLines, Warning } from '../../actions/events.ts'
import type { AppOutcome } from '../../actions/groups/app-outcome.ts'
import type { Observation } from '../../deployment/observation.ts'
import type { ExitCode } from '../../names/refusal.ts'
import { allEvidenceLines, pointersOf } from '../deploys/print-deployments.ts'
import { type Output, printResult } from '../print-result.ts'
import type { KnownOutcome } from '../report/json/group-document.ts'

export type PrintGroupOptions = Output & {
  /** What the command exits with, if that is worth saying. */
  readonly exit?: ExitCode
  /** A live screen that shows the deployments stays above. */
  readonly isOnScreen?: boolean
  readonly seen?: ReadonlyMap<string, Observation>
  readonly evidenceLines?: ReadonlyMap<string, EvidenceLines>
  /** By the label of the app. */
  readonly warnings?: ReadonlyMap<string, readonly Warning[]>
}

/** Prints a group over several apps as a result; of a dry run, what would be done in each. */
export async function printGroup(
  apps: readonly AppOutcome[],
  { isOnScreen = false, exit, seen, evidenceLines = new Map(), warnings, ...output }: PrintGroupOptions,
): Promise<void> {
  if (apps.every(({ group }) => group === undefined)) return printPlans(apps, { ...output, warnings })
  const known = await Promise.all(
    apps.map(async (outcome): Promise<KnownOutcome> => {
      const { app, place, deployments } = outcome
      if (app === undefined) return { ...outcome, pointers: [], evidenceLines }
      return {
        ...outcome,
        pointers: await pointersOf(place.app, deployments, app.ports),
        evidenceLines: isOnScreen
          ? evidenceLines
          : await allEvidenceLines(deployments, evidenceLines, app.ports),
      }
    }),
  )
  await printResult(output, {
    document: async () => (await import('../report/json/group-document.ts')).groupDocument(known),
    text: async view =>
      (await import('../report/show-group.ts')).showGroup(known, view, {
        isOnScreen,
        ...(exit !== undefined && { exit }),
        ...(seen && { seen }),
      }),
  })
}

async function printPlans(
  apps: readonly AppOutcome[],
  { warnings, ...output }: Output & Pick<PrintGroupOptions, 'warnings'>,
): Promise<void> {
  const plans = apps.flatMap(({ label, plan }) =>
    plan === undefined ? [] : [{ label, plan, warnings: warnings?.get(label) ?? [] }],
  )
  if (plans.length === 0) return
  await printResult(output, {
    document: async () => {
      const { planDocument } = await import('../report/json.ts')
      return { apps: plans.map(({ plan, warnings: own }) => planDocument(plan, { warnings: own })) }
    },
    text: async view => {
      const { showPlan } = await import('../report/plan.ts')
      return plans.flatMap(({ label, plan, warnings: own }, index) => [
        ...(index === 0 ? [] : ['']),
        ...showPlan({ ...plan, app: label }, view, { warnings: own }),
      ])
    },
  })
}
