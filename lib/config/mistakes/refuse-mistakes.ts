import { Refusal } from '../../names/refusal.ts'
import type { Path } from './mistake.ts'
import type { PlacedMistake } from './placed-mistake.ts'

export type RefuseOptions = { readonly file: string; readonly text: string }

/** More than a person mends in one go. */
const mostMistakes = 20
/** The command line shows 4,000 characters of a message. */
const longestMessage = 3_800
const longestStep = 60

/** Refuses the file with all of its mistakes, in its order, each at its line and column. */
export function refuseMistakes(mistakes: readonly PlacedMistake[], { file, text }: RefuseOptions): never {
  const distinct = firstOfEach(mistakes).toSorted((one, other) => one.at - other.at)
  const said = distinct
    .slice(0, mostMistakes)
    .map(({ at, path, message }) => `${file}:${lineAndColumn(text, at)}: ${words(path)}${message}`)
  const lines = fitting(eachListOnce(said))
  const left = distinct.length - lines.length
  throw new Refusal({
    code: 'bad_config',
    exit: 'usage',
    message: [...lines, ...(left > 0 ? [`and ${left} more`] : [])].join('\n'),
    advice:
      'docs/tapit-yml.md (in node_modules/tapit) explains every key; `tapit show config` checks the file again.',
  })
}

/** What an alias brought to several places is said of the first. */
function firstOfEach(mistakes: readonly PlacedMistake[]): readonly PlacedMistake[] {
  return [
    ...new Map(mistakes.toReversed().map(mistake => [`${mistake.at} ${mistake.message}`, mistake])).values(),
  ].toReversed()
}

/** A long list of what is allowed is read once. */
function eachListOnce(lines: readonly string[]): readonly string[] {
  const lists = lines.map(line => /Allowed: .{80,}$/.exec(line)?.[0])
  return lines.map((line, index) => {
    const list = lists[index]
    return list !== undefined && lists.indexOf(list) < index ? line.replace(list, 'Allowed: as above.') : line
  })
}

function fitting(lines: readonly string[]): readonly string[] {
  let length = 0
  const tooMuch = lines.findIndex(line => (length += line.length + 3) > longestMessage)
  return tooMuch === -1 ? lines : lines.slice(0, Math.max(1, tooMuch))
}

/** Both from 1, as editors count. */
function lineAndColumn(text: string, at: number): string {
  const before = text.slice(0, at)
  return `${before.split('\n').length}:${at - before.lastIndexOf('\n')}`
}

/** `routes[0].path: `; nothing for the file as a whole. */
function words(path: Path): string {
  const said = path.map((step, index) => {
    if (typeof step === 'number') return `[${step}]`
    const name = /^[\w-]{1,60}$/.test(step) ? step : JSON.stringify(step.slice(0, longestStep))
    return index === 0 ? name : `.${name}`
  })
  return said.length === 0 ? '' : `${said.join('')}: `
}
