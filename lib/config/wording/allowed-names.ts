import { nearest } from '../../names/nearest.ts'

const mostNames = 40

/** Which of the names may have been meant, and which there are: `Did you mean worker? Allowed: default, worker.` */
export function allowedNames(word: string, names: readonly string[]): string {
  const near = nearest(word, names)
  const shown = names.slice(0, mostNames)
  const list = shown.length === 0 ? 'nothing' : shown.join(', ')
  return [
    ...(near.length > 0 ? [`Did you mean ${near.join(' or ')}?`] : []),
    `Allowed: ${list}${names.length > shown.length ? ', …' : ''}.`,
  ].join(' ')
}
