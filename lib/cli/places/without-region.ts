import type { Io } from '../io.ts'

/** For what is in a region of its own, whatever the shell says. */
export function withoutRegion(env: Io['env']): Io['env'] {
  const { AWS_REGION: _, AWS_DEFAULT_REGION: __, ...others } = env
  return others
}
