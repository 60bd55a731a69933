import { type FailureKind } from './kind.ts'

export const superseded: FailureKind = {
  code: 'superseded',
  sentence: ({ awsReason }) => `a newer deployment took over${awsReason ? `: ${awsReason}` : '.'}`,
  advice: (_failure, { app, process }) => `tapit -a ${app} list deploys process=${process}`,
}
