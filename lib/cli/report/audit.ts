import type { AuditEntry } from '../../actions/audit/audit-entry.ts'
import type { AuditEntries } from '../../actions/audit/read-audit.ts'
import { callerName } from '../wording/caller-name.ts'
import { finished } from './finished.ts'
import { fittingTable } from './fitting-table.ts'
import { iso } from './json/iso.ts'
import { printableData } from './printable-data.ts'
import { prose } from './prose.ts'
import type { View } from './view.ts'

/** Who did what, newest first; beneath it, once for all that stands together, the deployment and the command. */
export function showAuditEntries(document: AuditEntries, view: View): string[] {
  const { entries, next, from } = printableData(document)
  if (entries.length === 0) return [`Nothing was written down since ${timeOf(from)}.`]
  const rows = fittingTable(
    [entries.map(entry => [...cells(entry, view), byWhom(entry)]), entries.map(entry => cells(entry, view))],
    { columns: view.columns, indent: 0 },
  )
  const lines = entries.flatMap((entry, index) => [
    rows[index] ?? '',
    ...farApart(entry, view),
    ...(isSameWork(entry, entries[index + 1]) ? [] : beneath(entry, view)),
  ])
  return finished([...lines, ...(next === undefined ? [] : [`There are more: next_token=${next}`])], view)
}

function cells(
  { at, ingestedAt = at, process = '', event, state, dockerTag = '', line = '' }: AuditEntry,
  view: View,
): string[] {
  const what = event === undefined ? `not written by tapit: ${line}` : (state ?? event)
  return [
    view.paint('dim', timeOf(areFarApart(at, ingestedAt) ? ingestedAt : at)),
    view.paint('strong', process),
    event === undefined ? what : what.replaceAll('_', ' '),
    dockerTag,
  ]
}

/** How long after it has happened a line may come without a word about it: it is written in the background, and clocks differ. */
const soon = 5 * 60_000

function areFarApart(at: number, ingestedAt: number): boolean {
  return Math.abs(ingestedAt - at) > soon
}

/** Some see later what ECS did before, and others say what is not so: AWS's time stands in the row, and beneath it that of the line. */
function farApart({ at, ingestedAt = at }: AuditEntry, view: View): string[] {
  if (!areFarApart(at, ingestedAt)) return []
  return prose(`written down then; it says that it happened at ${timeOf(at)}`, { view, indent: 4 })
}

/** What became of a deployment is written down by whoever saw it in ECS. */
function byWhom({ caller, details }: AuditEntry): string {
  if (caller === undefined) return ''
  const by = details?.['requestedBy']
  const name = callerName(caller)
  return typeof by === 'string' && by !== caller ? `by ${callerName(by)}, seen by ${name}` : `by ${name}`
}

function timeOf(at: number): string {
  return (iso(at) ?? '').replace('T', ' ').replace(/\.\d+Z$/, 'Z')
}

function isSameWork(one: AuditEntry, other: AuditEntry | undefined): boolean {
  return (
    other !== undefined &&
    one.deploymentId === other.deploymentId &&
    one.command === other.command &&
    one.reason === other.reason &&
    one.event === other.event
  )
}

function beneath({ deploymentId, command, reason, details = {} }: AuditEntry, view: View): string[] {
  const rest = Object.entries(details).map(([name, value]) => `${name} ${value}`)
  return [
    ...(deploymentId === undefined && command === undefined
      ? []
      : [`    ${view.paint('dim', [deploymentId, command].filter(Boolean).join('  '))}`]),
    ...(reason === undefined ? [] : prose(`reason: ${reason}`, { view, indent: 4 })),
    ...(deploymentId === undefined && rest.length > 0 ? prose(rest.join(', '), { view, indent: 4 }) : []),
  ]
}
