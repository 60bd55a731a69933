import type { DeployEvent } from '../actions/events.ts'
import type { Ports } from '../actions/ports.ts'
import { Trouble } from '../actions/trouble.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { stepsOf } from '../deployment/projections.ts'
import { deploymentLogGroup } from '../names/aws.ts'
import { changedText } from './wording/changed-text.ts'
import { failureText } from './wording/failure-text.ts'

type Line = { readonly at: number; readonly message: string }

/** Keeps what happened in each step of each deployment in CloudWatch, one stream a step: `show logs deploy=… step=…` reads it later. */
export type StepLogs = {
  keep(event: DeployEvent): void
  /** Waits until everything is written. */
  end(): Promise<void>
}

/** The stream of one step; `…/<deployment>/` is the prefix of all its steps. */
function stepStream(deploymentId: string, step: string): string {
  return `${deploymentId}/${step}`
}

export function keepStepLogs({ logs }: Pick<Ports, 'logs'>): StepLogs {
  let writing: Promise<void> = Promise.resolve()

  function append(deployment: Deployment, lines: readonly Line[]): void {
    if (lines.length === 0) return
    const step = stepsOf(deployment).findLast(({ startedAt }) => startedAt !== undefined)?.name ?? 'deploy'
    const where = { group: deploymentLogGroup(deployment.app), stream: stepStream(deployment.id, step) }
    writing = writing.then(async () => {
      try {
        await logs.append({ ...where, lines })
      } catch (error) {
        // The deployment does not depend on its log, nor on the right to write one.
        if (!(error instanceof Trouble)) throw error
      }
    })
  }

  return {
    keep(event) {
      switch (event.is) {
        case 'recorded':
          for (const deployment of event.deployments) {
            append(deployment, [
              {
                at: event.at,
                message: `deploying ${deployment.dockerTag} (${deployment.imageDigest}) as ${deployment.initiator ?? deployment.caller}`,
              },
            ])
          }
          return
        case 'changed':
          append(
            event.deployment,
            changedText(event, { isJudged: event.deployment.judged !== undefined })
              // What to type next is for whoever watched: in the log it would lead back to the log.
              .filter(message => !message.startsWith('Next:'))
              .map(message => ({ at: event.at, message })),
          )
          return
        case 'judged': {
          const { judged } = event.deployment
          if (judged)
            append(event.deployment, [
              { at: event.at, message: `${failureText(judged, event.deployment)} Asking ECS to roll back.` },
            ])
          return
        }
        default:
      }
    },
    end: () => writing,
  }
}
