import type { DeployEvent } from './events.ts'
import type { GroupApp } from './groups/group-app.ts'
import { putAway } from './put-away.ts'

/** What is done in one app of a group. */
export type Side<App, End> = {
  readonly app: App
  readonly events: AsyncGenerator<DeployEvent, End, void>
}

/** What happened in one app, or that all is over there. */
export type AppEvent<App = GroupApp> =
  | { readonly is: 'event'; readonly app: App; readonly event: DeployEvent }
  | { readonly is: 'over'; readonly app: App }

/** How it ended in one app: no end of one ends another. */
export type SideEnd<App, End> =
  | { readonly is: 'ended'; readonly app: App; readonly end: End }
  | { readonly is: 'broke'; readonly app: App; readonly error: unknown }

/** Lets all of them go on at once; tells what happens in each as it happens, and how each ended, in their order. */
export async function* sideBySide<App, End>(
  sides: readonly Side<App, End>[],
): AsyncGenerator<AppEvent<App>, readonly SideEnd<App, End>[], void> {
  const ends = new Map<Side<App, End>, SideEnd<App, End>>()
  const next = new Map(sides.map(side => [side, stepOf(side)]))
  try {
    while (next.size > 0) {
      const { side, step } = await Promise.race(next.values())
      if (step.is === 'event') {
        next.set(side, stepOf(side))
        yield { is: 'event', app: side.app, event: step.event }
      } else {
        next.delete(side)
        ends.set(side, { ...step, app: side.app })
        yield { is: 'over', app: side.app }
      }
    }
  } finally {
    // Whoever listened has gone: what is still to be put away, each does itself.
    await Promise.allSettled([...next.keys()].map(({ events }) => putAway(events)))
  }
  return sides.flatMap(side => ends.get(side) ?? [])
}

type Step<End> =
  | { readonly is: 'event'; readonly event: DeployEvent }
  | { readonly is: 'ended'; readonly end: End }
  | { readonly is: 'broke'; readonly error: unknown }

async function stepOf<App, End>(
  side: Side<App, End>,
): Promise<{ readonly side: Side<App, End>; readonly step: Step<End> }> {
  try {
    const { done, value } = await side.events.next()
    return { side, step: done === true ? { is: 'ended', end: value } : { is: 'event', event: value } }
  } catch (error) {
    return { side, step: { is: 'broke', error } }
  }
}
