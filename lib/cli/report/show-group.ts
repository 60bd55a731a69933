import type { Observation } from '../../deployment/observation.ts'
import type { ExitCode } from '../../names/refusal.ts'
import { sentence } from '../wording/sentence.ts'
import { finished } from './finished.ts'
import type { KnownOutcome } from './json/group-document.ts'
import { outcome } from './outcome.ts'
import { labelledDeployment } from './labelled-deployment.ts'
import { printableData } from './printable-data.ts'
import { prose } from './prose.ts'
import { showDeploy } from './show-deploy.ts'
import type { View } from './view.ts'

export type ShowGroupOptions = {
  readonly isOnScreen: boolean
  readonly exit?: ExitCode
  readonly seen?: ReadonlyMap<string, Observation>
}

/** A group over all its apps: a row for each deployment, and for each of which nothing is known, why. */
export function showGroup(
  apps: readonly KnownOutcome[],
  view: View,
  { isOnScreen, exit, seen }: ShowGroupOptions,
): string[] {
  const deployments = apps.flatMap(app => app.deployments.map(each => labelledDeployment(each, app)))
  const [group] = apps.flatMap(app => app.group ?? [])
  const missing = apps.flatMap(app => app.missing ?? [])
  const told = { deployments, ...(exit !== undefined && { exit }) }
  const known = isOnScreen
    ? outcome(told, view)
    : showDeploy(
        {
          ...told,
          // Its apps are told in the rows.
          ...(group && { group: { ...group, members: [] } }),
          pointers: apps.flatMap(({ label, pointers }) => pointers.map(each => ({ ...each, app: label }))),
          evidenceLines: new Map(apps.flatMap(({ evidenceLines }) => [...evidenceLines])),
          ...(seen && { seen }),
          missing,
        },
        view,
      )
  const broken = apps.flatMap(app => brokenLines(app, view))
  return deployments.length === 0 ? broken : [...known, ...broken]
}

function brokenLines({ label, error, unknown = [] }: KnownOutcome, view: View): string[] {
  if (error === undefined) return []
  const { message, advice } = printableData({ message: error.message, advice: error.advice ?? '' })
  const what =
    unknown.length === 0
      ? label
      : `state unknown: ${unknown.map(({ process, id }) => `${label}/${process ?? '?'} (${id})`).join(', ')}`
  return finished(
    [
      ...prose(`${view.paint('warn', '!')} ${what}: ${sentence(message)}`, { view, indent: 2 }),
      ...(advice === '' ? [] : prose(advice, { view, indent: 4 })),
    ],
    view,
  )
}
