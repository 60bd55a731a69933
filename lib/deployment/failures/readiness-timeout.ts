import { type FailureKind, logsCommand } from './kind.ts'

export const readinessTimeout: FailureKind = {
  code: 'readiness_timeout',
  sentence: ({ limit = 0 }) => `the new tasks run, but were not ready within ${Math.round(limit / 1000)} s.`,
  advice: (_failure, deployment) =>
    `If it only needs longer, raise readiness.timeoutMs (tag tapit:readiness-timeout-ms); else: ${logsCommand(deployment)}`,
}
