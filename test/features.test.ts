import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

/** How many features each system has; ids are numbered from 01. */
const counts = { CP: 30, CM: 21, TA: 51, NP: 27, OR: 27 } as const
const ids = Object.entries(counts).flatMap(([system, count]) =>
  Array.from({ length: count }, (_, index) => `${system}-${String(index + 1).padStart(2, '0')}`),
)

type Row = {
  readonly id: string
  readonly feature: string
  readonly here: string
  readonly proof: string
}

const rows = rowsOf(read('docs/features.md'))

describe('docs/features.md', () => {
  it('has every feature once, and no other', () => {
    expect(rows.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
  })

  it.each(rows)('says of $id how it is done, and which test proves it', ({ feature, here, proof }) => {
    expect(feature).not.toBe('')
    expect(here).not.toBe('')
    expect(mistakeOf(proof)).toBeUndefined()
  })

  it.each([
    ['a test that does not exist', '`test/no-such.test.ts`: has a title', 'no test test/no-such.test.ts'],
    ['a title that is not there', `\`test/features.test.ts\`: ${'never '.repeat(2)}`, 'is no title in'],
    ['no title', '`test/features.test.ts`: ', 'neither a test nor a reason'],
    ['nothing', '', 'neither a test nor a reason'],
    ['a reason that says nothing', 'not done: no', 'neither a test nor a reason'],
  ])('is refused with %s', (_, proof, mistake) => {
    expect(mistakeOf(proof)).toContain(mistake)
  })
})

/** The research that the ids come from is no part of the repository. */
const research = '../shared/reference/seed-features.md'
const isResearchThere = existsSync(new URL(`../${research}`, import.meta.url))

it.runIf(isResearchThere)('knows every feature that the research found', () => {
  const found = rowsOf(read(research)).map(({ id }) => id)

  expect(found.toSorted()).toEqual(ids.toSorted())
})

function rowsOf(page: string): readonly Row[] {
  return page.split('\n').flatMap(line => {
    const [, id = '', feature = '', here = '', proof = ''] = line.split(/(?<!\\)\|/).map(cell => cell.trim())
    return /^[A-Z]{2}-\d{2}$/.test(id) ? [{ id, feature, here, proof: proof.replaceAll('\\`', '`') }] : []
  })
}

/** Why a cell proves nothing; a title may be given by its beginning. */
function mistakeOf(proof: string): string | undefined {
  if (/^not done: .{10,}$/.test(proof)) return undefined
  const [, file, title] = /^`(test\/[\w./-]+\.test\.ts)`: (.{7,})$/.exec(proof) ?? []
  if (file === undefined || title === undefined) return `neither a test nor a reason: ${proof}`
  if (!existsSync(new URL(`../${file}`, import.meta.url))) return `no test ${file}`
  return titlesOf(read(file)).some(each => each.startsWith(title))
    ? undefined
    : `"${title}" is no title in ${file}`
}

/** The strings that open a call, a row of a table, or a line: a title, or what stands for one in `it.each`. */
function titlesOf(source: string): readonly string[] {
  return [...source.matchAll(/(?:[([]|^)\s*(['"`])((?:\\.|(?!\1).)+)\1/gm)].map(([, , title = '']) =>
    title.replaceAll(/\\(.)/g, '$1'),
  )
}
