import { isSameApp, type PlacedApp } from './is-same-app.ts'

/** A name that no other app of a group has: its region, else its account is added where another one is called the same. */
export function labelOfApp(place: PlacedApp, among: readonly PlacedApp[]): string {
  const { app, region, account } = place
  const others = among.filter(each => each.app === app && !isSameApp(each, place))
  if (others.length === 0) return app
  return others.some(each => each.region === region) ? `${app}@${region}@${account}` : `${app}@${region}`
}
