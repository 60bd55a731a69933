import type { BuildStepName } from '../names/vocabulary.ts'
import type { Deployment } from './deployment.ts'

/** The step of its build that a deployment stands at, or came to its end in; absent once its image is there, and where none is built. */
export function buildStepOf({ timeline }: Pick<Deployment, 'timeline'>): BuildStepName | undefined {
  const step = timeline.findLast(({ is }) => is === 'preparing')?.step
  return step === 'register' ? undefined : step
}
