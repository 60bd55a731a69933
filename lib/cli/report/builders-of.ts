import { buildStepOf } from '../../deployment/build-step-of.ts'
import type { Deployment } from '../../deployment/deployment.ts'
import { isSettled } from '../../deployment/projections.ts'

/**
 * Deployments whose images have one repository share a build, and hear the same of it: answers the one of them that it is told of, the
 * first that is still being built.
 */
export function buildersOf(
  deployments: readonly Deployment[],
): (deployment: Deployment) => Deployment | undefined {
  const building = deployments.filter(each => !isSettled(each.state) && buildStepOf(each) !== undefined)
  return ({ app, repository }) => building.find(each => each.app === app && each.repository === repository)
}
