import type { EvidenceLines } from '../../actions/events.ts'
import type { MovedTag } from '../../actions/approvals/moved-tags.ts'
import type { Deployment } from '../../deployment/deployment.ts'
import type { Observation } from '../../deployment/observation.ts'
import type { Instant } from '../../deployment/state.ts'
import type { ExitCode } from '../../names/refusal.ts'
import type { Group } from '../../records/group.ts'
import type { Pointer } from '../../records/pointer.ts'
import { approvedText, overriddenText } from '../wording/approval-texts.ts'
import { decisionText } from '../wording/decision-text.ts'
import { movedTagText } from '../wording/moved-tag-text.ts'
import { originText } from '../wording/origin-text.ts'
import { otherAppsText } from '../wording/other-apps-text.ts'
import { processName } from '../wording/process-name.ts'
import { replacedText } from '../wording/replaced-text.ts'
import { strategyText } from '../wording/strategy-text.ts'
import { timeOfDay } from '../wording/time-of-day.ts'
import { deploymentRows } from './deployment-rows.ts'
import { details } from './details.ts'
import { finished } from './finished.ts'
import { header } from './header.ts'
import { logTexts } from './log-texts.ts'
import { outcome } from './outcome.ts'
import { printableData } from './printable-data.ts'
import { prose } from './prose.ts'
import type { View } from './view.ts'

/** A group with its deployments, or some of them, and what is known beside their records. */
export type ShowDeploy = {
  readonly group?: Group
  readonly deployments: readonly Deployment[]
  readonly pointers?: readonly Pointer[]
  /** What was seen last, by the deployment's id. */
  readonly seen?: ReadonlyMap<string, Observation>
  /** Log lines of what failed, by the deployment's id. */
  readonly evidenceLines?: ReadonlyMap<string, EvidenceLines>
  readonly pushedAt?: Instant
  /** Ids of the group's deployments whose records are not there. */
  readonly missing?: readonly string[]
  /** Of those that wait: what their tags name by now. */
  readonly movedTags?: readonly MovedTag[]
  /** What the command exits with, if that is worth saying. */
  readonly exit?: ExitCode
}

const logLines = 10

/** Deployments as they stand: a row each, under it what went wrong, and at the end the whole in one sentence. */
export function showDeploy(document: ShowDeploy, view: View): string[] {
  const { evidenceLines, ...texts } = document
  const {
    group,
    deployments,
    pointers,
    seen,
    pushedAt,
    missing = [],
    exit,
    movedTags = [],
  } = printableData(texts)
  const shown = deployments.map(deployment => ({ deployment, seen: seen?.get(deployment.id) }))
  const rows = deploymentRows(shown, { view, ...(pointers !== undefined && { pointers }) })
  const blocks = deployments.flatMap((deployment, index) => [
    rows[index] ?? '',
    ...how(deployment, view),
    ...movedTags
      .filter(({ id }) => id === deployment.id)
      .flatMap(moved => prose(view.paint('bad', movedTagText(moved)), { view, indent: 6 })),
    ...details(deployment, {
      view,
      logLines,
      seen: seen?.get(deployment.id),
      lines: logTexts(evidenceLines?.get(document.deployments[index]?.id ?? '')),
    }),
  ])
  return finished(
    [
      ...header({
        deployments,
        view,
        ...(group !== undefined && { group }),
        ...(pushedAt !== undefined && { pushedAt }),
      }),
      '',
      ...blocks,
      ...deployments.flatMap(each =>
        each.url === undefined || each.state.is !== 'live'
          ? []
          : [`    ${deployments.length === 1 ? '' : `${processName(each, deployments)}  `}${each.url}`],
      ),
      '',
      ...outcome({ deployments, ...(exit !== undefined && { exit }) }, view),
      ...prose(missingText(missing, deployments.length), { view }),
      ...prose(otherAppsText(group), { view }),
    ],
    view,
  )
}

/** What its row does not say: by which strategy, changed how, and who let it go on. */
function how(deployment: Deployment, view: View): string[] {
  const { decisions = [] } = deployment
  const { approval } = deployment
  const texts = [
    originText(deployment),
    replacedText(deployment),
    strategyText(deployment),
    ...(approval?.given ?? []).map(each => `${timeOfDay(each.at, view.now)}  ${approvedText(each)}`),
    ...decisions.map(decision => `${timeOfDay(decision.at, view.now)}  ${decisionText(decision)}`),
  ]
  const overridden = overriddenText(deployment)
  return [
    ...texts.flatMap(text => prose(view.paint('dim', text), { view, indent: 6 })),
    ...(overridden === '' ? [] : prose(view.paint('bad', overridden), { view, indent: 6 })),
  ]
}

function missingText(missing: readonly string[], found: number): string {
  if (missing.length === 0) return ''
  const all = missing.length + found
  return `${missing.length} of ${all} records ${missing.length === 1 ? 'is' : 'are'} missing: ${missing.join(', ')}.`
}
