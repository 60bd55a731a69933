import type { Warning } from '../../actions/events.ts'

export type PlanOptions = {
  /** What the planning warned of. */
  readonly warnings?: readonly Warning[]
}

/** Alarms of a process that are in ALARM before it is deployed: ECS ignores all of its alarms then. */
export function ringingOf(process: string, { warnings = [] }: PlanOptions): readonly string[] {
  return warnings.flatMap(warning =>
    warning.is === 'alarms_ignored' && warning.process === process ? warning.alarms : [],
  )
}
