import type { Deployment } from '../../deployment/deployment.ts'

type Named = Pick<Deployment, 'app' | 'process'>

/** Names the process of a deployment among others: with its app only where there are several apps. */
export function processName({ app, process }: Named, among: readonly Named[]): string {
  return among.some(other => other.app !== app) ? `${app}/${process}` : process
}
