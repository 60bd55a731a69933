import type { ImageList, ListedImage, ListedRepository } from '../../actions/images/list-images.ts'
import { textWidth } from '../text/text-width.ts'
import { age } from '../wording/age.ts'
import { commands } from '../wording/commands.ts'
import { imageTags } from '../wording/image-tags.ts'
import { imageUsesTexts } from '../wording/image-uses-text.ts'
import { listed } from '../wording/listed.ts'
import { shortDigest } from '../wording/short-digest.ts'
import { sizeText } from '../wording/size-text.ts'
import { finished } from './finished.ts'
import { fittingTable } from './fitting-table.ts'
import { printableData } from './printable-data.ts'
import { prose } from './prose.ts'
import { spread } from './spread.ts'
import type { View } from './view.ts'

/** The images of each repository: a row each, and what the app does with them at its end, or beneath it where the line is too short. */
export function listImages(document: ImageList, view: View): string[] {
  const { app, environment, repositories, unclear } = printableData(document)
  const blocks = repositories.map(repository => repositoryLines(repository, { app, view }))
  return finished(
    [
      `${view.paint('strong', app)} (${environment})`,
      ...blocks.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines])),
      ...unclear.flatMap(({ process, message, advice = '' }) =>
        prose(`${process}: ${message} ${advice}`.trimEnd(), { view, indent: 2 }),
      ),
    ],
    view,
  )
}

type Options = { readonly app: string; readonly view: View }

function repositoryLines(
  { uri, processes, total, images, gone }: ListedRepository,
  { app, view }: Options,
): string[] {
  const head = spread(view.paint('dim', uri), listed(processes), view.columns)
  const lost = gone.flatMap(({ digest, uses }) =>
    prose(`${shortDigest(digest)} is gone: ${imageUsesTexts(uses).join(', ')}.`, { view, indent: 2 }),
  )
  if (images.length === 0) {
    return [...head, ...prose(`No images yet. ${commands.imageBuild({ app })}`, { view, indent: 2 }), ...lost]
  }
  const newest = images.filter(({ tags }) => imageTags(tags).length > 0).length
  const more =
    total > newest
      ? prose(`${newest} of ${total} images. ${commands.listImages({ app, limit: nextLimit(total) })}`, {
          view,
          indent: 2,
        })
      : []
  return [...head, ...rows(images, view), ...more, ...lost]
}

const mostListed = 1_000

function nextLimit(total: number): number {
  return Math.min(total, mostListed)
}

function rows(images: readonly ListedImage[], view: View): string[] {
  const cells = images.map(image => cellsOf(image, view))
  const titles = titlesOf(view, { hasOthers: cells.some(({ others }) => others !== '') })
  const whole = fittingTable(
    [[[...titles.all, ''], ...cells.map(({ all, notes }) => [...all, notes.join(' · ')])]],
    { columns: Infinity, indent: 2 },
  )
  if (whole.every(line => textWidth(line) <= Math.min(view.columns, widest))) return whole
  const [title = '', ...lines] = fittingTable(
    [
      [titles.all, ...cells.map(({ all }) => all)],
      [titles.some, ...cells.map(({ some }) => some)],
      [titles.few, ...cells.map(({ few }) => few)],
    ],
    { columns: view.columns, indent: 2 },
  )
  const showsOthers = titles.all.every(name => title.includes(name))
  return [
    title,
    ...lines.flatMap((line, index) => {
      const { others = '', notes = [] } = cells[index] ?? {}
      const beneath = showsOthers || others === '' ? notes : [`also ${others}`, ...notes]
      return [line, ...beneath.flatMap(note => prose(note, { view, indent: 6 }))]
    }),
  ]
}

/** A note at the end of a longer line is not seen together with its image any more. */
const widest = 150

type Columns = {
  readonly all: readonly string[]
  readonly some: readonly string[]
  readonly few: readonly string[]
}

type Cells = Columns & { readonly notes: readonly string[]; readonly others: string }

function titlesOf({ paint }: View, { hasOthers }: { hasOthers: boolean }): Columns {
  const title = (text: string): string => paint('dim', text)
  const [tag, also, digest] = [title('TAG'), hasOthers ? title('ALSO') : '', title('DIGEST')]
  const [pushed, size, pulled] = [title('PUSHED'), title('SIZE'), title('PULLED')]
  return {
    all: [tag, also, digest, pushed, size, pulled],
    some: [tag, digest, pushed, size, pulled],
    few: [tag, pushed, size],
  }
}

function cellsOf(image: ListedImage, { paint, now }: View): Cells {
  const [tag, ...more] = imageTags(image.tags)
  const name = tag === undefined ? paint('dim', '<untagged>') : paint('strong', tag)
  const others = more.join(', ')
  const digest = shortDigest(image.digest)
  const pushed = image.pushedAt === undefined ? '–' : age(now - image.pushedAt)
  const size = image.sizeInBytes === undefined ? '–' : sizeText(image.sizeInBytes)
  const pulled = image.pulledAt === undefined ? 'never' : age(now - image.pulledAt)
  return {
    all: [name, others, digest, pushed, size, pulled],
    some: [name, digest, pushed, size, pulled],
    few: [name, pushed, size],
    others,
    notes: [
      ...(image.status === 'ACTIVE' ? [] : [paint('bad', image.status.toLowerCase())]),
      ...imageUsesTexts(image.uses),
    ],
  }
}
