import type { CountChange } from '../../deployment/deployment.ts'

export type InheritedCountOptions = {
  /** What the deployment itself changes. */
  readonly own?: CountChange
  /** What one that it takes over from has changed and not put back. */
  readonly earlier?: CountChange
  /** How many tasks are wanted once it is deployed. */
  readonly desired?: number
}

/** Whoever takes over from a deployment that has changed the desired count puts back, if it fails, what that one found. */
export function inheritedCount({ own, earlier, desired }: InheritedCountOptions): CountChange | undefined {
  if (earlier === undefined) return own
  if (own !== undefined) return { ...own, before: earlier.before }
  return earlier.after === desired ? earlier : undefined
}
