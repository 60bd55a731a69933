import type { AppPlace } from '../../records/group.ts'

/** An app and where it is. */
export type PlacedApp = AppPlace & { readonly app: string }

/** Apps of one name can be in several regions and accounts. */
export function isSameApp(one: PlacedApp, other: PlacedApp): boolean {
  return one.app === other.app && one.region === other.region && one.account === other.account
}
