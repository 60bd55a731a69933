import type { Warning } from '../../actions/events.ts'
import type { View } from './view.ts'

/** What need not be told here: in the sandbox a strategy's minutes are shorter than those of `--timeout`. */
export function isMoot({ is }: Warning, { isSandbox = false }: Pick<View, 'isSandbox'>): boolean {
  return isSandbox && is === 'longer_than_wait'
}
