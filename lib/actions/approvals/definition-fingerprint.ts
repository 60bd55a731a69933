import { createHash } from 'node:crypto'
import { assignedByEcs } from '../../deployment/task-definition.ts'
import type { PlannedProcess } from '../plan/plan.ts'

/** Tells a task definition from any other: what would be registered but for the image, whose digest is compared by itself. */
export function definitionFingerprint({
  from,
  container,
}: Pick<PlannedProcess, 'from' | 'container'>): string {
  const containers = from.definition['containerDefinitions']
  const kept = Object.fromEntries(
    Object.entries(from.definition).filter(([key]) => !assignedByEcs.has(key) && key !== 'family'),
  )
  const text = JSON.stringify(
    sorted({
      ...kept,
      containerDefinitions: Array.isArray(containers)
        ? containers.map((each: { name?: string }) =>
            each.name === container ? { ...each, image: undefined } : each,
          )
        : [],
    }),
  )
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}

/** AWS answers members in any order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  )
}
