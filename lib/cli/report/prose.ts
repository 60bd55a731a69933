import stringWidth from 'string-width'
import { wrap } from '../text/wrap.ts'
import { readable } from './readable.ts'
import type { View } from './view.ts'

/**
 * Text broken into lines that read well. A command at its end gets a line of its own where it does not fit beside the rest, and is never
 * broken: it is there to be copied.
 */
export function prose(text: string, { view, indent = 0 }: { view: View; indent?: number }): string[] {
  if (text === '') return []
  const columns = Math.min(view.columns, readable)
  if (indent + stringWidth(text) <= columns) return [' '.repeat(indent) + text]
  const [, before = '', command] = /^(.*?)\s*\b(tapit -a .*)$/.exec(text) ?? []
  if (command === undefined) return wrap(text, { columns, indent }).split('\n')
  return [...prose(before, { view, indent }), ' '.repeat(indent + 2) + command]
}
