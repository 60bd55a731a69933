import type { ImageReport, ShownImage, ShownPlatform } from '../../actions/images/show-image.ts'
import type { Deployment } from '../../deployment/deployment.ts'
import { imageLabels } from '../../names/aws.ts'
import { textWidth } from '../text/text-width.ts'
import { wrap } from '../text/wrap.ts'
import { age } from '../wording/age.ts'
import { gitHashOf } from '../wording/git-hash-of.ts'
import { imageTags } from '../wording/image-tags.ts'
import { imageUsesTexts } from '../wording/image-uses-text.ts'
import { listed } from '../wording/listed.ts'
import { scanText } from '../wording/scan-text.ts'
import { shortDigest } from '../wording/short-digest.ts'
import { sizeText } from '../wording/size-text.ts'
import { stageWords } from '../wording/stage-words.ts'
import { toneOf } from '../wording/tone-of.ts'
import { finished } from './finished.ts'
import { fittingTable } from './fitting-table.ts'
import { marks } from './marks.ts'
import { printableData } from './printable-data.ts'
import { readable } from './readable.ts'
import type { View } from './view.ts'

/** Images with all that is known of them, a block for each repository. */
export function showImage(document: ImageReport, view: View): string[] {
  const { images } = printableData(document)
  const blocks = images.map(image => block(image, view))
  return finished(
    blocks.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines])),
    view,
  )
}

function block(image: ShownImage, view: View): string[] {
  const [tag = '<untagged>', ...others] = imageTags(image.tags)
  return [
    ...heading(view.paint('strong', tag), image.digest, view),
    ...facts(
      [
        ['in', `${image.repository} (${listed(image.processes)})`],
        ['also', others.join(', ')],
        ['status', statusText(image)],
        ...origin(image),
        ['built', ago(image.createdAt, view)],
        ['pushed', ago(image.pushedAt, view)],
        ['pulled', image.pulledAt === undefined ? 'never' : ago(image.pulledAt, view)],
        ['size', image.sizeInBytes === undefined ? '' : sizeText(image.sizeInBytes)],
        ...platformFacts(image.platforms),
        ...scanFacts(image.platforms, view),
        ['used', imageUsesTexts(image.uses).join(' · ')],
        ...otherLabels(image).map(([name, value]) => ['label', `${name}=${value}`] as const),
        ...image.unread.map(({ what, message }) => ['unread', `${what}: ${message}`] as const),
      ],
      view,
    ),
    ...history(image, view),
  ]
}

/** A digest must be copyable: it is never cut. */
function heading(tag: string, digest: string, { columns }: View): string[] {
  const line = `${tag}  ${digest}`
  return textWidth(line) <= columns ? [line] : [tag, `  ${digest}`]
}

type Fact = readonly [name: string, value: string]

/** The value of the longest name begins where all values do. */
const nameWidth = 11

function facts(all: readonly Fact[], { columns, paint }: View): string[] {
  return all
    .filter(([, value]) => value !== '')
    .flatMap(([name, value]) => {
      const start = `  ${paint('dim', name)}${' '.repeat(Math.max(1, nameWidth - textWidth(name)))}`
      const hanging = nameWidth + 2
      // Broken as if the name stood before it, which may hold colours.
      const [first = '', ...rest] = wrap(value, {
        columns: Math.min(columns, readable),
        indent: hanging,
        hanging,
      }).split('\n')
      return [start + first.trimStart(), ...rest]
    })
}

function statusText({ status }: ShownImage): string {
  switch (status) {
    case 'ACTIVE':
      return ''
    case 'ARCHIVED':
      return 'archived: it must be restored, or pushed again, before it can be deployed'
    default:
      return status.toLowerCase()
  }
}

function origin(image: ShownImage): readonly Fact[] {
  const { labels } = image
  return [
    ['commit', gitHashOf(image) ?? ''],
    ['version', labels[imageLabels.version] ?? ''],
    ['source', labels[imageLabels.source] ?? ''],
    ['built by', labels[imageLabels.initiator] ?? ''],
  ]
}

const shownApart: ReadonlySet<string> = new Set(Object.values(imageLabels))

function otherLabels({ labels }: ShownImage): readonly (readonly [string, string])[] {
  return Object.entries(labels).filter(([name]) => !shownApart.has(name))
}

function platformFacts(platforms: readonly ShownPlatform[]): readonly Fact[] {
  const texts = platforms.flatMap(({ platform, sizeInBytes }) => {
    if (platform === undefined) return []
    const isOnly = platforms.length === 1 || sizeInBytes === undefined
    return isOnly ? [platform] : [`${platform} ${sizeText(sizeInBytes)}`]
  })
  return [['platform', texts.join(' · ')]]
}

/** Of several platforms, each by itself, unless they all say the same. */
function scanFacts(platforms: readonly ShownPlatform[], { now }: View): readonly Fact[] {
  const texts = platforms.map(({ scan }) => (scan === undefined ? 'not scanned' : scanText(scan, now)))
  if (new Set(texts).size <= 1) return [['scan', texts[0] ?? '']]
  return platforms.map(({ platform, digest }, index) => [
    'scan',
    `${platform ?? shortDigest(digest)}: ${texts[index]}`,
  ])
}

function history({ deployments: { newest, total, isAll } }: ShownImage, view: View): string[] {
  if (total === 0) return facts([['deployed', isAll ? 'never' : 'not lately']], view)
  const times = total === 1 && isAll ? 'once' : `${isAll ? '' : 'at least '}${total} times`
  const more = total > newest.length ? '; the newest:' : ''
  return [...facts([['deployed', `${times}${more}`]], view), ...deploymentLines(newest, view)]
}

/** A line each, or two where the terminal is narrow, since an id must be copyable. */
function deploymentLines(newest: readonly Deployment[], { paint, columns, now }: View): string[] {
  const rows = newest.map(({ process, state, createdAt }) => {
    const { mark, look } = marks[toneOf(state)]
    return [
      `${paint(look, mark)} ${paint('strong', process)}`,
      // Whether it still is the active one, the uses say.
      state.is === 'live' ? 'went live' : stageWords(state),
      `${age(now - createdAt)} ago`,
    ]
  })
  const ids = newest.map(({ id }) => paint('dim', id))
  const whole = fittingTable([rows.map((row, index) => [...row, ids[index] ?? ''])], {
    columns: Infinity,
    indent: 4,
  })
  if (whole.every(line => textWidth(line) <= columns)) return whole
  return fittingTable([rows], { columns, indent: 4 }).flatMap((line, index) => [line, `      ${ids[index]}`])
}

function ago(at: number | undefined, { now }: View): string {
  return at === undefined ? '' : `${age(now - at)} ago`
}
