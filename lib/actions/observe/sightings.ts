import type { SeenTarget, SeenTask } from '../../deployment/observation.ts'
import type { Instant } from '../../deployment/state.ts'

/** What one answer does not say of a task and its targets: since when they are known, and whether they ever were good. By task id. */
export type Sightings = Map<string, Sighting>

type Sighting = { task?: Seen; readonly targets: Map<string, Seen> }
type Seen = { readonly since: Instant; readonly wasHealthy: boolean }

/** The tasks with what was seen of them before. Those that are gone are forgotten: another task may come by their addresses. */
export function withSightings(
  tasks: readonly SeenTask[],
  sightings: Sightings,
  now: Instant,
): readonly SeenTask[] {
  const present = new Set(tasks.map(({ id }) => id))
  for (const id of sightings.keys()) if (!present.has(id)) sightings.delete(id)
  return tasks.map(task => {
    if (task.lastStatus !== 'RUNNING') return task
    const sighting = sightingOf(sightings, task.id)
    sighting.task = seenAgain(sighting.task, task.healthStatus === 'HEALTHY', now)
    return { ...task, ...sighting.task }
  })
}

/** A task's target in one target group, with what was seen of it before. */
export function withSighting(
  target: Omit<SeenTarget, 'since'>,
  { taskId, targetGroup }: { taskId: string; targetGroup: string },
  { sightings, now }: { sightings: Sightings; now: Instant },
): SeenTarget {
  const { targets } = sightingOf(sightings, taskId)
  const seen = seenAgain(targets.get(targetGroup), target.state === 'healthy', now)
  targets.set(targetGroup, seen)
  return { ...target, ...seen, taskId }
}

function sightingOf(sightings: Sightings, taskId: string): Sighting {
  const sighting = sightings.get(taskId) ?? { targets: new Map() }
  sightings.set(taskId, sighting)
  return sighting
}

function seenAgain(before: Seen | undefined, isHealthy: boolean, now: Instant): Seen {
  return { since: before?.since ?? now, wasHealthy: isHealthy || before?.wasHealthy === true }
}
