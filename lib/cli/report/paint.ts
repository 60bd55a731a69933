import { styleText } from 'node:util'
import type { Output } from '../io.ts'

/** What colour says; never alone, since a mark or a word says it too. */
export type Look = 'good' | 'bad' | 'busy' | 'dim' | 'strong' | 'warn'

export type Paint = (look: Look, text: string) => string

const formats = {
  good: 'green',
  bad: 'red',
  busy: 'cyan',
  dim: 'dim',
  strong: 'bold',
  warn: 'yellow',
} as const

/** Colours for a terminal, and none for anything else, for `NO_COLOR` and for `TERM=dumb`. */
export function paintFor(
  output: Pick<Output, 'isTTY'>,
  env: Readonly<Record<string, string | undefined>>,
): Paint {
  if (!output.isTTY || isSet(env['NO_COLOR']) || env['TERM'] === 'dumb') return plain
  return (look, text) => (text === '' ? '' : styleText(formats[look], text, { validateStream: false }))
}

/** No colour at all. */
const plain: Paint = (_look, text) => text

/** https://no-color.org: present and not empty, whatever its value. */
function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}
