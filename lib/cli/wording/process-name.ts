import type { Deployment } from '../../deployment/deployment.ts'

export type NamedProcess = Pick<Deployment, 'app' | 'process'>

/** Names the process of a deployment among others: with its app only where there are several apps. */
export function processName({ app, process }: NamedProcess, among: readonly NamedProcess[]): string {
  return among.some(other => other.app !== app) ? `${app}/${process}` : process
}
