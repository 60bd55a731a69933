import type { Deployment } from '../../deployment/deployment.ts'
import { askEach } from './ask-each.ts'
import { type Scope, perCall } from './scope.ts'
import { rememberService, revisionsOf } from './watch.ts'

/** An answer may lag and leave a service out; one that stays away for this long is gone, in milliseconds. */
const goneAfter = 5_000

/** Asks for the services of these deployments, ten a call. */
export async function askServices(deployments: readonly Deployment[], scope: Scope): Promise<void> {
  const { ecs, clock, reads, watchOf } = scope
  for (const cluster of new Set(deployments.map(deployment => deployment.cluster))) {
    const members = deployments.filter(deployment => deployment.cluster === cluster)
    const { answers, refused } = await askEach(members, {
      size: perCall.services,
      reads,
      ask: batch =>
        ecs.services(
          cluster,
          batch.map(({ service }) => service),
        ),
    })
    for (const [deployment, reason] of refused) watchOf(deployment).lost = reason
    const readAt = clock.now()
    for (const { asked, answer } of answers) {
      for (const deployment of asked) {
        const service = answer.find(({ name }) => name === deployment.service)
        if (service) rememberService(watchOf(deployment), service, revisionsOf(deployment).own, readAt)
        else noteMissing(deployment, scope)
      }
    }
  }
}

function noteMissing(deployment: Deployment, { clock, watchOf }: Scope): void {
  const watch = watchOf(deployment)
  watch.missingSince ??= clock.now()
  if (clock.now() - watch.missingSince >= goneAfter) watch.isServiceGone = true
}
