import type { EvidenceLines } from '../../../actions/events.ts'
import type { AppOutcome } from '../../../actions/groups/app-outcome.ts'
import { groupStatusOf, isSettled } from '../../../deployment/projections.ts'
import type { Refusal } from '../../../names/refusal.ts'
import type { Pointer } from '../../../records/pointer.ts'
import { spanOf } from '../../wording/span-of.ts'
import { deploymentJson } from './deployment-json.ts'
import { type Document, schemaVersion } from './document.ts'
import { iso } from './iso.ts'
import { present } from './present.ts'

/** One app of a group, and what is known beside its records. */
export type KnownOutcome = AppOutcome & {
  readonly pointers: readonly Pointer[]
  /** By the deployment's id. */
  readonly evidenceLines: ReadonlyMap<string, EvidenceLines>
}

/** What commands over several apps answer under `-o json`. */
export function groupDocument(apps: readonly KnownOutcome[]): Document {
  return present({
    schemaVersion,
    group: groupJson(apps),
    deployments: apps.flatMap(({ place: { region, account }, deployments, pointers, evidenceLines }) =>
      deployments.map(deployment => {
        const lines = evidenceLines.get(deployment.id)
        return {
          ...deploymentJson(deployment, { pointers, ...(lines !== undefined && { evidenceLines: lines }) }),
          ...present({ region, account }),
        }
      }),
    ),
  })
}

function groupJson(apps: readonly KnownOutcome[]): Document {
  const [group] = apps.flatMap(each => each.group ?? [])
  const missing = apps.flatMap(each => each.missing ?? [])
  return present({
    id: group?.id,
    status: statusOfGroup(apps),
    initiator: group?.initiator,
    caller: group?.caller,
    createdAt: iso(group?.createdAt),
    finishedAt: iso(finishedAt(apps)),
    missing: missing.length === 0 ? undefined : missing,
    apps: apps.map(({ place: { app, region, account }, error, unknown }) =>
      present({
        app,
        region,
        account,
        error: error && errorJson(error),
        unknown: unknown?.map(({ id, process }) => present({ id, process })),
      }),
    ),
  })
}

/** Of a group of which not all is known, only that it still runs can be. */
function statusOfGroup(apps: readonly KnownOutcome[]): string | undefined {
  const status = groupStatusOf(apps.flatMap(({ deployments }) => deployments.map(({ state }) => state)))
  const isWhole = apps.every(({ unknown = [] }) => unknown.length === 0)
  return isWhole || status === 'running' ? status : undefined
}

function finishedAt(apps: readonly KnownOutcome[]): number | undefined {
  const deployments = apps.flatMap(each => each.deployments)
  const isOver =
    deployments.length > 0 &&
    deployments.every(({ state }) => isSettled(state)) &&
    apps.every(({ unknown = [] }) => unknown.length === 0)
  return isOver ? Math.max(...deployments.flatMap(each => spanOf(each).finishedAt ?? [])) : undefined
}

function errorJson({ code, message, advice }: Refusal): Document {
  return present({ code, message, advice })
}
