import { textWidth } from '../text/text-width.ts'
import { wrap } from '../text/wrap.ts'
import { readable } from './readable.ts'
import { runnable } from './runnable.ts'
import type { View } from './view.ts'

/**
 * Text broken into lines that read well. A command at its end gets a line of its own where it does not fit beside the rest, and is never
 * broken: it is there to be copied.
 */
export function prose(said: string, { view, indent = 0 }: { view: View; indent?: number }): string[] {
  if (said === '') return []
  const text = runnable(said, view)
  const columns = Math.min(view.columns, readable)
  if (indent + textWidth(text) <= columns) return [' '.repeat(indent) + text]
  const [, before = '', command] = /^(.*?)\s*\b(tapit (?:--sandbox )?-a .*)$/.exec(text) ?? []
  if (command === undefined) return wrap(text, { columns, indent }).split('\n')
  return [...prose(before, { view, indent }), ' '.repeat(indent + 2) + command]
}
