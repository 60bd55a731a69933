import type { Pruned } from '../../actions/prune/carry-out.ts'
import type { PruningPlan } from '../../actions/prune/plan-pruning.ts'
import { goingOf, type PlannedRepository } from '../../actions/prune/repository-plan.ts'
import { revisionName } from '../../deployment/task-definition.ts'
import type { StoredImage } from '../../images/ports.ts'
import type { KeepReason, Verdict } from '../../images/retention.ts'
import { textWidth } from '../text/text-width.ts'
import { age } from '../wording/age.ts'
import { counted } from '../wording/counted.ts'
import { goingText } from '../wording/going-text.ts'
import { keepReasonTexts } from '../wording/keep-reason-texts.ts'
import { listed } from '../wording/listed.ts'
import { sentence } from '../wording/sentence.ts'
import { shortDigest } from '../wording/short-digest.ts'
import { sizeText } from '../wording/size-text.ts'
import { finished } from './finished.ts'
import { fittingTable } from './fitting-table.ts'
import type { Pruning } from './json/pruning-document.ts'
import { printableData } from './printable-data.ts'
import { prose } from './prose.ts'
import { spread } from './spread.ts'
import type { View } from './view.ts'

/** Nobody reads more of them on a screen; `-o json` has all. */
const mostRows = 50

/** What goes out of each repository, or went, and what stays and why. */
export function showPruning(pruning: Pruning, view: View): string[] {
  const { plans, done } = printableData(pruning)
  const blocks = plans.map((plan, index) => blockOf(plan, done?.[index], view))
  return finished(
    blocks.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines])),
    view,
  )
}

function blockOf(plan: PruningPlan, pruned: Pruned | undefined, view: View): string[] {
  const repository = view.paint('dim', plan.repository)
  if (plan.is === 'left')
    return [repository, ...prose(sentence(`Nothing goes: ${plan.reason}`), { view, indent: 2 })]
  const images = pruned?.removal.removed ?? goingOf(plan.verdicts)
  const revisions = pruned?.revisions ?? plan.staleRevisions
  return [
    ...spread(repository, `keep ${plan.keep}`, view.columns),
    ...goingRows(images, view),
    ...stayingRows(plan, view),
    ...(revisions.length === 0
      ? []
      : prose(`Revisions: ${listed(revisions.map(revisionName))}.`, { view, indent: 2 })),
    ...(pruned?.removal.refused ?? []).flatMap(({ digest, why }) =>
      prose(sentence(`ECR keeps ${shortDigest(digest)}: ${why}`), { view, indent: 2 }),
    ),
    ...prose(endOf({ images, revisions, isDone: pruned !== undefined }), { view, indent: 2 }),
  ]
}

type End = {
  readonly images: readonly StoredImage[]
  readonly revisions: readonly string[]
  readonly isDone: boolean
}

function endOf({ images, revisions, isDone }: End): string {
  if (images.length + revisions.length === 0) return isDone ? 'Nothing went.' : 'Nothing would go.'
  const going = goingText({ images, revisions })
  return isDone ? `Gone: ${going}.` : `Would go: ${going}.`
}

function goingRows(images: readonly StoredImage[], view: View): string[] {
  if (images.length === 0) return []
  const cells = images.slice(0, mostRows).map(image => ({
    name: `${view.paint('bad', '✗')} ${nameOf(image, view)}`,
    digest: shortDigest(image.digest),
    pushed: pushedOf(image, view),
    size: image.sizeInBytes === undefined ? '–' : sizeText(image.sizeInBytes),
  }))
  const rows = fittingTable(
    [
      cells.map(({ name, digest, pushed, size }) => [name, digest, pushed, size]),
      cells.map(({ name, pushed, size }) => [name, pushed, size]),
    ],
    { columns: view.columns, indent: 2 },
  )
  const more = images.length - cells.length
  return [...rows, ...(more === 0 ? [] : [`  … and ${counted(more, 'more image')}`])]
}

/** What is part of another one, or attached to it, stays with that; what is new and has no tag is part of another one, mostly. */
function stayingRows({ verdicts }: PlannedRepository, view: View): string[] {
  const stays = verdicts.filter(({ reasons }) => reasons.length > 0)
  const named = stays
    .filter(({ image, reasons }) =>
      reasons.some(({ is }) => !unremarkable.has(is) && (image.tags.length > 0 || !brief.has(is))),
    )
    .toSorted((one, other) => (other.image.pushedAt ?? 0) - (one.image.pushedAt ?? 0))
  const shown = named.slice(0, mostRows)
  const heads = shown.map(({ image }) => [
    `${view.paint('good', '●')} ${nameOf(image, view)}`,
    shortDigest(image.digest),
    pushedOf(image, view),
  ])
  const whys = shown.map(({ reasons }) => whyOf(reasons, view))
  const whole = fittingTable([heads.map((head, index) => [...head, whys[index]?.join(', ') ?? ''])], {
    columns: Infinity,
    indent: 2,
  })
  const isFitting = whole.every(line => textWidth(line) <= Math.min(view.columns, widest))
  const narrow = fittingTable([heads], { columns: view.columns, indent: 2 })
  const rows = isFitting
    ? whole
    : narrow.flatMap((line, index) => [line, ...prose(whys[index]?.join(', ') ?? '', { view, indent: 6 })])
  const parts = stays.length - named.length
  return [
    ...rows,
    ...(named.length > shown.length ? [`  … and ${counted(named.length - shown.length, 'more image')}`] : []),
    ...(parts === 0 ? [] : prose(`and ${parts} more: ${unremarked}`, { view, indent: 2 })),
  ]
}

const unremarked = 'parts of these, attached to them, or new and without a tag'
const unremarkable: ReadonlySet<KeepReason['is']> = new Set(['part', 'attached'])
/** Of an image without a tag these say nothing of what it is for. */
const brief: ReadonlySet<KeepReason['is']> = new Set(['pushed', 'pulled'])

/** A note at the end of a longer line is not seen together with its image any more. */
const widest = 150

/** That it is one of the newest is said where nothing else is; what runs is the first rollback target of itself, which says nothing. */
function whyOf(reasons: Verdict['reasons'], { now }: View): readonly string[] {
  const running = new Set(reasons.flatMap(reason => (reason.is === 'running' ? reason.in : [])))
  const weighty = reasons.filter(
    reason => reason.is !== 'newest' && !(reason.is === 'rollback_target' && running.has(reason.of)),
  )
  return keepReasonTexts(weighty.length > 0 ? weighty : reasons, now)
}

function nameOf({ tags }: StoredImage, { paint }: View): string {
  const [tag, ...more] = tags
  if (tag === undefined) return paint('dim', '<untagged>')
  return more.length === 0 ? paint('strong', tag) : `${paint('strong', tag)} +${more.length}`
}

function pushedOf({ pushedAt }: StoredImage, { now }: View): string {
  return pushedAt === undefined ? '–' : age(Math.max(0, now - pushedAt))
}
