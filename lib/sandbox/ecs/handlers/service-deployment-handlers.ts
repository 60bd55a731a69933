import { pageOf } from '../../page-of.ts'
import { AwsError } from '../../wire/aws-error.ts'
import type { EcsHandlers } from '../../wire/handlers.ts'
import type { World } from '../../world.ts'
import { serviceDeploymentWith, serviceNamed } from '../lookup.ts'
import { isTerminal } from '../service/ongoing-deployment.ts'
import { rollbackReason } from '../service/reasons.ts'
import type { ServiceDeploymentRecord } from '../state.ts'
import {
  serviceDeploymentBrief,
  serviceDeploymentView,
  serviceRevisionView,
} from '../views/service-deployment-view.ts'
import { notice } from '../wake-service.ts'
import { atMost } from './at-most.ts'
import type { Immediate } from '../immediate.ts'
import { update } from '../update.ts'

type Operation =
  | 'ListServiceDeployments'
  | 'DescribeServiceDeployments'
  | 'DescribeServiceRevisions'
  | 'StopServiceDeployment'
  | 'ContinueServiceDeployment'

export function serviceDeploymentHandlers(world: World): Immediate<EcsHandlers, Operation> {
  const { ecs } = world.state
  return {
    ListServiceDeployments: input => {
      const { status = [], createdAt = {}, maxResults = 20, nextToken: token } = input
      const service = serviceNamed(world, input)
      const { before, after } = createdAt
      const found = Object.values(ecs.serviceDeployments)
        .filter(({ serviceArn }) => serviceArn === service.arn)
        .filter(deployment => status.length === 0 || status.includes(deployment.status))
        .filter(({ createdAt: at }) => at >= (after?.getTime() ?? 0) && at <= (before?.getTime() ?? Infinity))
        .filter(deployment => !isHidden(world, deployment))
        .toReversed()
        .toSorted((one, other) => other.createdAt - one.createdAt)
      const { page, nextToken } = pageOf(found, {
        token,
        size: maxResults,
        largest: 100,
        invalidToken: 'InvalidParameterException',
      })
      return { serviceDeployments: page.map(serviceDeploymentBrief), nextToken }
    },
    DescribeServiceDeployments: ({ serviceDeploymentArns = [] }) => {
      atMost(20, serviceDeploymentArns, 'serviceDeploymentArns')
      const found = serviceDeploymentArns.map(arn => ({ arn, deployment: ecs.serviceDeployments[arn] }))
      return {
        serviceDeployments: found.flatMap(({ deployment }) =>
          deployment === undefined ? [] : serviceDeploymentView(world, deployment),
        ),
        failures: found.flatMap(({ arn, deployment }) =>
          deployment === undefined ? { arn, reason: 'MISSING' } : [],
        ),
      }
    },
    DescribeServiceRevisions: ({ serviceRevisionArns = [] }) => {
      atMost(20, serviceRevisionArns, 'serviceRevisionArns')
      const found = serviceRevisionArns.map(arn => ({ arn, revision: ecs.serviceRevisions[arn] }))
      return {
        serviceRevisions: found.flatMap(({ revision }) =>
          revision === undefined ? [] : serviceRevisionView(revision),
        ),
        failures: found.flatMap(({ arn, revision }) =>
          revision === undefined ? { arn, reason: 'MISSING' } : [],
        ),
      }
    },
    StopServiceDeployment: ({ serviceDeploymentArn, stopType = 'ROLLBACK' }) => {
      const deployment = serviceDeploymentWith(world, serviceDeploymentArn)
      // The API's reference lists ABORT in the type, but as the only valid value ROLLBACK.
      if (stopType !== 'ROLLBACK')
        throw new AwsError('InvalidParameterException', `Invalid stopType: ${stopType}`)
      if (isTerminal(deployment.status)) {
        throw new AwsError(
          'ConflictException',
          'Stopping a service deployment is not allowed for service deployment in terminal states.',
          { resourceIds: [deployment.arn] },
        )
      }
      requestRollback(world, deployment)
      return { serviceDeploymentArn: deployment.arn }
    },
    ContinueServiceDeployment: ({ serviceDeploymentArn, hookId, action = 'CONTINUE' }) => {
      const deployment = serviceDeploymentWith(world, serviceDeploymentArn)
      if (isTerminal(deployment.status)) {
        throw new AwsError(
          'ConflictException',
          'Continuing a service deployment is not allowed for service deployment in terminal states.',
          { resourceIds: [deployment.arn] },
        )
      }
      const hook = deployment.hooks.find(({ id, status }) => id === hookId && status === 'AWAITING_ACTION')
      if (hook === undefined || deployment.status !== 'IN_PROGRESS') {
        throw new AwsError(
          'InvalidParameterException',
          'Provided hookId is either completed, unavailable, or not associated with the given Resource ARN',
        )
      }
      const status = action === 'CONTINUE' ? 'SUCCEEDED' : 'FAILED'
      deployment.hooks = deployment.hooks.map(it => (it === hook ? { ...hook, status } : it))
      notice(world, { serviceArn: deployment.serviceArn, at: world.clock.now() })
      return { serviceDeploymentArn: deployment.arn }
    },
  }
}

function isHidden({ state, clock }: World, { createdAt }: ServiceDeploymentRecord): boolean {
  return clock.now() < createdAt + state.ecs.consistency.hideServiceDeploymentMs
}

/** Already stopping or rolling back: the request is accepted, and changes nothing. */
function requestRollback(world: World, deployment: ServiceDeploymentRecord): void {
  if (deployment.status !== 'PENDING' && deployment.status !== 'IN_PROGRESS') return
  const at = world.clock.now()
  update(deployment, {
    status: 'ROLLBACK_REQUESTED',
    statusReason: rollbackReason('requested'),
    cause: 'requested',
    updatedAt: at,
  })
  notice(world, { serviceArn: deployment.serviceArn, at })
}
