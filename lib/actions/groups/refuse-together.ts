import { Refusal } from '../../names/refusal.ts'
import { exitOfAll } from '../exit-of-all.ts'
import { exitOfRefusal } from '../exit-of-refusal.ts'

export type RefusedApp = { readonly label: string; readonly error: Refusal }

/** One refusal out of those of several apps: which, why, and what else is worth saying. */
export function refuseTogether(refused: readonly RefusedApp[], more: readonly string[] = []): Refusal {
  const [first] = refused
  const isSame = refused.every(({ error }) => error.code === first?.error.code)
  return new Refusal({
    code: first !== undefined && isSame ? first.error.code : 'apps_refused',
    exit: exitOfAll(refused.map(({ error }) => exitOfRefusal(error))),
    message: refused.map(({ label, error }) => `${label}: ${error.message}`).join('\n'),
    advice: [...new Set(refused.flatMap(adviceOf)), ...more].join('\n'),
  })
}

/** What to type is typed where the app is: its name alone may stand for another one here. */
function adviceOf({ label, error: { advice } }: RefusedApp): readonly string[] {
  const [name = label] = label.split('@')
  return advice === undefined ? [] : [advice.replaceAll(`tapit -a ${name} `, `tapit -a ${label} `)]
}
