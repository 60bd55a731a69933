import { textWidth } from '../text/text-width.ts'
import type { Plan, PlannedProcess, ProcessPlan, RefusedProcess } from '../../actions/plan/plan.ts'
import type { Change } from '../../deployment/diff-definitions.ts'
import { revisionName } from '../../deployment/task-definition.ts'
import { type DeploymentConfiguration, strategyOf } from '../../strategy/deployment-configuration.ts'
import { listed } from '../wording/listed.ts'
import { overridesText } from '../wording/overrides-text.ts'
import { pacingText } from '../wording/pacing-text.ts'
import { previousName } from '../wording/previous-name.ts'
import { sentence } from '../wording/sentence.ts'
import { shortDigest } from '../wording/short-digest.ts'
import { shortImage } from '../wording/short-image.ts'
import { finished } from './finished.ts'
import { fittingTable } from './fitting-table.ts'
import { planHeader } from './plan-header.ts'
import { printableData } from './printable-data.ts'
import { printablePlan } from './printable-plan.ts'
import { prose } from './prose.ts'
import { type PlanOptions, ringingOf } from './ringing-of.ts'
import type { View } from './view.ts'

/** What a deploy would do (`--dry-run`): a row per process, under it what changes in its task definition. */
export function showPlan(document: Plan, view: View, options: PlanOptions = {}): string[] {
  const printable = printablePlan(document)
  const { processes } = printable
  const rows = fittingTable(
    [processes.map(each => [...head(each, view), what(each)]), processes.map(each => head(each, view))],
    { columns: view.columns, indent: 2 },
  )
  const isShort = rows.every((row, index) => row.endsWith(whatOf(processes[index])))
  return finished(
    [
      ...planHeader(printable, view),
      '',
      ...processes.flatMap((each, index) => [
        rows[index] ?? '',
        ...(isShort ? [] : prose(what(each), { view, indent: 6 })),
        ...beneath(each, { view, ringing: ringingOf(each.process, printableData(options)) }),
      ]),
      ...goingBack(printable, view),
      '',
      ...policiesText(printable).flatMap(text => prose(view.paint('bad', text), { view, indent: 0 })),
      ...prose(conclusion(printable), { view, indent: 0 }),
    ],
    view,
  )
}

/** What is in progress: nothing is deployed for it. */
function goingBack({ goesBack = [] }: Plan, view: View): string[] {
  return goesBack.flatMap(({ process, dockerTag, id, previous }) =>
    prose(
      `${view.paint('strong', process)}  stops ${dockerTag} (${id}); ${previous === undefined ? 'what ran before' : previousName(previous)} runs again`,
      { view, indent: 2 },
    ),
  )
}

function head(each: ProcessPlan, { paint }: View): string[] {
  const name = paint('strong', each.process)
  if (each.is === 'refused') return [name, paint('bad', 'refused')]
  const { strategy, strategyName } = each
  return [name, strategyName === undefined ? strategy : `${strategyName} (${strategy})`]
}

function whatOf(each: ProcessPlan | undefined): string {
  return each === undefined ? '' : what(each)
}

/** Short enough for the row; a refusal's reason is prose and stands beneath. */
function what(each: ProcessPlan): string {
  if (each.is === 'refused') return ''
  const { previous, isSameImage } = each
  if (previous?.isPlaceholder === true) return `first deploy, replaces the placeholder`
  if (previous === undefined) return `first deploy, as a new revision of ${each.family}`
  return isSameImage
    ? `${revisionName(previous.taskDefinition)} → new revision (same image, its tasks restart)`
    : `${revisionName(previous.taskDefinition)} → new revision`
}

type BeneathOptions = { readonly view: View; readonly ringing: readonly string[] }

function beneath(each: ProcessPlan, { view, ringing }: BeneathOptions): string[] {
  return each.is === 'refused'
    ? refusal(each, view)
    : [...how(each, { view, ringing }), ...count(each), ...changes(each, view)]
}

/** How traffic moves, what ends it early, and what of that is for this deployment alone. */
function how(
  { configuration, overrides, restore, health: { loadBalanced } }: PlannedProcess,
  { view, ringing }: BeneathOptions,
): string[] {
  const texts = [
    pacingText(configuration, { loadBalanced }),
    overrides === undefined ? '' : `changed for this deployment: ${overridesText(overrides)}`,
    guardText(configuration, ringing),
    restore === undefined ? '' : 'the service gets its own configuration back at the end',
  ]
  return texts.filter(text => text !== '').flatMap(text => prose(text, { view, indent: 4 }))
}

function guardText(configuration: DeploymentConfiguration, ringing: readonly string[]): string {
  const { alarms } = configuration
  const names = alarms?.enable === true ? alarms.alarmNames : []
  if (names.length > 0 && ringing.length > 0) {
    const [is, it] = ringing.length === 1 ? ['is', 'it is'] : ['are', 'they are']
    return `no alarm guards it: ${listed(ringing)} ${is} in ALARM, and ECS ignores all of them unless ${it} OK again by then`
  }
  if (names.length > 0)
    return `guarded by ${names.length === 1 ? 'an alarm' : `${names.length} alarms`}: ${listed(names)}`
  return strategyOf(configuration) === 'rolling'
    ? ''
    : 'no alarm guards it: only tasks that fail, or turn unhealthy, turn it back'
}

function refusal({ reason, advice }: RefusedProcess, view: View): string[] {
  return [
    ...prose(sentence(reason), { view, indent: 4 }),
    ...(advice === undefined ? [] : prose(advice, { view, indent: 4 })),
  ]
}

/** The infrastructure wants another number of tasks than the last deploy was told. */
function count({ count: change }: PlannedProcess): string[] {
  if (change === undefined || change.before === change.after) return []
  return [`    tasks  ${change.before} → ${change.after}`]
}

function changes(process: PlannedProcess, view: View): string[] {
  const told = process.changes.map(change => [change.path, values(change, process)] as const)
  const paths = Math.max(0, ...told.map(([path]) => textWidth(path)))
  const isWide = told.every(([, text]) => 4 + paths + 2 + textWidth(text) <= view.columns)
  return told.flatMap(([path, text]) =>
    isWide
      ? [`    ${path}${' '.repeat(paths - textWidth(path))}  ${text}`]
      : [`    ${path}`, ...prose(text, { view, indent: 6 })],
  )
}

/** Values that may be secret are not told, nor even known here. */
function values({ path, before, after, is }: Change, process: PlannedProcess): string {
  if (before === undefined && after === undefined) return `${is} (value not shown)`
  const isImage = path === `containers.${process.container}.image`
  if (is === 'added') return `added: ${shortImage(after ?? '')}`
  if (is === 'removed') return `removed: ${shortImage(before ?? '')}`
  return `${named(before, isImage, previousTag(process))} → ${named(after, isImage, process.dockerTag)}`
}

function named(value = '', isImage: boolean, tag: string | undefined): string {
  return isImage && tag !== undefined && !value.endsWith(`:${tag}`)
    ? `${shortImage(value)} (${tagText(tag)})`
    : shortImage(value)
}

/** Where a digest was asked for, that is the tag. */
function tagText(tag: string): string {
  return tag.startsWith('sha256:') ? shortDigest(tag) : tag
}

function previousTag({ previous }: PlannedProcess): string | undefined {
  return previous?.dockerTag === undefined ? undefined : previousName(previous)
}

/** What policies will say of it, each once. */
function policiesText({ policies = [] }: Plan): readonly string[] {
  const texts = policies.map(({ policy, effect, because, isOverridden }) =>
    isOverridden
      ? `The policy ${policy} (${because}) is gone past.`
      : `The policy ${policy} ${effect === 'deny' ? 'forbids it' : 'wants an approval before it starts'}: ${because}.`,
  )
  return [...new Set(texts)]
}

function conclusion({ processes, goesBack = [], policies = [], cannotFollow }: Plan): string {
  if (processes.length === 0 && goesBack.length > 0)
    return 'Nothing was changed. Without --dry-run ECS is asked to go back.'
  const refused = processes.filter(({ is }) => is === 'refused').map(({ process }) => process)
  const others = processes.filter(({ is }) => is === 'planned').map(({ process }) => process)
  if (cannotFollow !== undefined)
    return `Nothing was changed. Without --dry-run this deploy is refused: ${cannotFollow}.`
  const standing = policies.filter(({ isOverridden }) => !isOverridden)
  if (refused.length === 0 && standing.some(({ effect }) => effect === 'deny'))
    return 'Nothing was changed. Without --dry-run this deploy is denied, and recorded as such.'
  if (refused.length === 0 && standing.length > 0)
    return 'Nothing was changed. Without --dry-run this deploy waits for an approval.'
  if (refused.length === 0) return 'Nothing was changed. Without --dry-run this deploy goes ahead.'
  const stops = `${listed(refused)} ${refused.length === 1 ? 'stops' : 'stop'} this deploy`
  return `Nothing was changed. ${stops}${others.length === 0 ? '' : `; without ${refused.length === 1 ? 'it' : 'them'}: process=${others.join(',')}`}`
}
