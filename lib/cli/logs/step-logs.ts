import type { DeployEvent } from '../../actions/events.ts'
import type { Ports } from '../../actions/ports.ts'
import { stepStream } from '../../actions/deploy/step-stream.ts'
import type { Deployment } from '../../deployment/deployment.ts'
import { stepsOf } from '../../deployment/projections.ts'
import type { StepName } from '../../names/vocabulary.ts'
import { type LogStream, type LogStreamLine, logStream } from './log-stream.ts'
import { changedText } from '../wording/changed-text.ts'
import { failureText } from '../wording/failure-text.ts'
import { recordedStepText } from '../wording/recorded-text.ts'

/** Keeps what happened in each step of each deployment in CloudWatch, one stream a step: `show logs deploy=… step=…` reads it, also meanwhile. */
export type StepLogs = {
  keep(event: DeployEvent): void
  /** Waits until everything is written. Nothing may be kept afterwards. */
  end(): Promise<void>
}

export function keepStepLogs(ports: Pick<Ports, 'logs' | 'clock'>): StepLogs {
  const streams = new Map<string, LogStream>()

  function append(deployment: Deployment, step: StepName, lines: readonly LogStreamLine[]): void {
    const pointer = stepStream(deployment, step)
    const stream = streams.get(pointer.stream) ?? logStream(pointer, ports)
    streams.set(pointer.stream, stream)
    for (const line of lines) stream.add(line)
  }

  return {
    keep(event) {
      const { at } = event
      switch (event.is) {
        case 'recorded':
          for (const deployment of event.deployments)
            append(deployment, stepOf(deployment), [{ at, message: recordedStepText(deployment) }])
          return
        case 'step_log':
          return append(event.deployment, event.step, [{ at, message: event.message }])
        case 'doing':
          if (event.since !== at) return undefined
          return append(event.deployment, stepOf(event.deployment), [{ at, message: event.what }])
        case 'changed':
          return append(
            event.deployment,
            stepOf(event.deployment),
            changedText(event, { isJudged: event.deployment.judged !== undefined })
              // What to type next is for whoever watched: in the log it would lead back to the log.
              .filter(message => !message.startsWith('Next:'))
              .map(message => ({ at, message })),
          )
        case 'judged': {
          const { deployment } = event
          if (deployment.judged === undefined) return undefined
          const message = `${failureText(deployment.judged, deployment)} Asking ECS to roll back.`
          return append(deployment, stepOf(deployment), [{ at, message }])
        }
        default:
      }
    },
    end: async () => {
      await Promise.all([...streams.values()].map(stream => stream.end()))
    },
  }
}

/** The step that a deployment stands at. */
function stepOf(deployment: Deployment): StepName {
  return stepsOf(deployment).findLast(({ startedAt }) => startedAt !== undefined)?.name ?? 'deploy'
}
