import { Refusal } from '../../names/refusal.ts'
import type { GroupPart } from './look-at-group.ts'

export type KnownPart = GroupPart & { readonly is: 'known' }

export type KnownPartsOptions = {
  readonly id: string
  /** `cancelled` */
  readonly what: string
  /** What does the same in one app, without `tapit -a APP`; absent where nothing is to be done there. */
  readonly instead: (part: KnownPart) => string | undefined
}

/** All apps of a group; refuses where one of them cannot be looked at, since what holds for all of them is not known then. */
export function knownParts(
  parts: readonly GroupPart[],
  { id, what, instead }: KnownPartsOptions,
): readonly KnownPart[] {
  const unknown = parts.flatMap(part => (part.is === 'unknown' ? [part] : []))
  const known = parts.flatMap(part => (part.is === 'known' ? [part] : []))
  if (unknown.length === 0) return known
  const byThemselves = known.flatMap(part => {
    const command = instead(part)
    return command === undefined ? [] : [`One app by itself: tapit -a ${part.app.label} ${command}`]
  })
  throw new Refusal({
    code: 'group_unknown',
    message: `${id} cannot be ${what} as a whole: the state of ${unknown.map(({ label, error }) => `${label} is unknown (${error.message.replace(/\.$/, '')})`).join(', of ')}.`,
    advice: [...new Set(unknown.flatMap(({ error }) => error.advice ?? [])), ...byThemselves].join('\n'),
  })
}
