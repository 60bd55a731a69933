const ongoing: ReadonlySet<string> = new Set([
  'PENDING',
  'IN_PROGRESS',
  'STOP_REQUESTED',
  'ROLLBACK_REQUESTED',
  'ROLLBACK_IN_PROGRESS',
])

/** Whether ECS is not through with a service deployment. */
export function isOngoing({ status }: { readonly status: string }): boolean {
  return ongoing.has(status)
}
