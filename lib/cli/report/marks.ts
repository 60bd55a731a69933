import { type Tone } from '../wording/tone-of.ts'
import type { Look } from './paint.ts'

/** How a tone looks: the mark says it without colour. */
export const marks: Readonly<Record<Tone, { readonly mark: string; readonly look: Look }>> = {
  active: { mark: '●', look: 'good' },
  in_progress: { mark: '◐', look: 'busy' },
  asking: { mark: '?', look: 'warn' },
  failed: { mark: '✗', look: 'bad' },
  waiting: { mark: '○', look: 'dim' },
  cancelled: { mark: '⊘', look: 'warn' },
}
