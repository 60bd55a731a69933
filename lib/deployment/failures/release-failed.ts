import type { Failure } from '../failure.ts'
import { type FailureKind, seconds } from './kind.ts'

export const releaseFailed: FailureKind = {
  code: 'release_failed',
  sentence: failure => `the release command ${whatItDid(failure)} Nothing was deployed.`,
  advice: ({ releasedWith }, { app, id }) =>
    `Its log: tapit -a ${app} show logs deploy=${releasedWith ?? id} step=deploy`,
}

function whatItDid({ evidence: [task], awsReason, limit }: Failure): string {
  if (limit !== undefined) return `was still running after ${seconds(limit)}, and was stopped.`
  if (task?.exitCode !== undefined) {
    const after = task.ranFor === undefined ? '' : `, ${seconds(task.ranFor)} after its start`
    return `exited with code ${task.exitCode}${after}.`
  }
  if (task !== undefined && task.stoppedReason === undefined && awsReason !== undefined)
    return `may have run, or run still: ${withStop(awsReason)}`
  const why = task?.stoppedReason ?? awsReason
  return why === undefined ? 'never ran.' : `never ran: ${withStop(why)}`
}

function withStop(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
