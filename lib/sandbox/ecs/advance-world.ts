import type { World } from '../world.ts'
import { playRound } from './service/play-round.ts'
import type { PendingEvent } from './state.ts'
import { playTaskStep } from './task/play-task-step.ts'

/**
 * Plays everything that was due up to the clock's time, in the order of its time, each event at its own time. There are
 * no timers: whoever asks brings the world up to date first, after a moment or after a week.
 */
export function advanceWorld(world: World): void {
  const until = world.clock.now()
  for (let event = takeDue(world, until); event !== undefined; event = takeDue(world, until)) {
    play(world, event)
  }
}

/** The earliest event; of several at one time, the one that was scheduled first. */
function takeDue({ state: { ecs } }: World, until: number): PendingEvent | undefined {
  const [first, ...others] = ecs.queue
  if (first === undefined) return undefined
  const next = others.reduce((best, event) => (isBefore(event, best) ? event : best), first)
  if (next.at > until) return undefined
  ecs.queue = ecs.queue.filter(event => event !== next)
  return next
}

function isBefore(event: PendingEvent, other: PendingEvent): boolean {
  return event.at < other.at || (event.at === other.at && event.order < other.order)
}

function play(world: World, event: PendingEvent): void {
  switch (event.kind) {
    case 'task': {
      const task = world.state.ecs.tasks[event.taskArn]
      if (task !== undefined) playTaskStep(world, { task, step: event.step, at: event.at })
      return
    }
    case 'round': {
      const service = world.state.ecs.services[event.serviceArn]
      if (service !== undefined) playRound(world, { service, at: event.at })
      return
    }
  }
}
