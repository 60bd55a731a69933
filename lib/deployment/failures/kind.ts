import type { BuildStepName, FailureCode } from '../../names/vocabulary.ts'
import type { Deployment } from '../deployment.ts'
import type { Failure } from '../failure.ts'
import type { StoppedContainer, StoppedTask } from '../observation.ts'

/**
 * How much evidence tapit wants before it rolls back on its own. `none`: the cause cannot recover, the first task is enough.
 * `second_task`: it may have been a hiccup. `readiness`: a second task, and only where the process says how long it may take.
 * `ecs`: left to ECS's own counters.
 */
export type Patience = 'none' | 'second_task' | 'readiness' | 'ecs'

export type Recognised = { readonly patience: Patience; readonly container?: StoppedContainer }

/** One failure code: how it shows, and what a tired person is told. */
export type FailureKind = {
  readonly code: FailureCode
  /** Whether a stopped task shows it; absent where tasks don't. */
  readonly recognise?: (task: StoppedTask) => Recognised | undefined
  /** What happened and why, as one sentence. */
  readonly sentence: (failure: Failure, deployment: Deployment) => string
  /** What to do next, as one sentence or command. */
  readonly advice: (failure: Failure, deployment: Deployment) => string
}

/** The command that shows a failed deployment's log. */
export function logsCommand(deployment: Deployment): string {
  return `tapit -a ${deployment.app} show logs deploy=${deployment.id}`
}

/** The command that deploys this process alone, once more. */
export function retryCommand(deployment: Deployment, dockerTag = '…'): string {
  return `tapit -a ${deployment.app} create deploy process=${deployment.process} docker_tag=${dockerTag}`
}

/** What the build said; something must be said where it said nothing. */
export function imageWords({ image }: Failure, otherwise: string): string {
  if (image === undefined) return otherwise
  const { message, step } = image
  return step === undefined || message.includes(step) ? message : `${message} (${step})`
}

/** What the build advises, and where its whole log is. */
export function imageAdvice({ image }: Failure, deployment: Deployment, step: BuildStepName): string {
  const log = `${logsCommand(deployment)} step=${step}`
  return image?.advice === undefined ? log : `${withStop(image.advice)} The log: ${log}`
}

function withStop(text: string): string {
  return /[.!?:…]$/.test(text) ? text : `${text}.`
}

/** "once", "twice", "5 times". */
export function timesInWords(times = 1): string {
  if (times === 1) return 'once'
  return times === 2 ? 'twice' : `${times} times`
}

export function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`
}

/** AWS's own reason out of the first evidence that has one. */
export function awsWords(failure: Failure): string {
  const words =
    failure.evidence.find(({ stoppedReason }) => stoppedReason)?.stoppedReason ?? failure.awsReason
  return words === undefined ? '' : `: ${words}`
}
