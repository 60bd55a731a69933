import { type FailureKind, logsCommand, timesInWords } from './kind.ts'

export const containerUnhealthy: FailureKind = {
  code: 'container_unhealthy',
  recognise: task =>
    /failed container health checks/i.test(task.stoppedReason ?? '')
      ? { patience: 'readiness', ...withOnlyContainer(task.containers) }
      : undefined,
  sentence: ({ evidence, times }) =>
    `"${evidence[0]?.container ?? 'the container'}" runs, but its container health check failed, ${timesInWords(times)}.`,
  advice: (_failure, deployment) =>
    `Run the health check's command in the image by hand; what the container said: ${logsCommand(deployment)}`,
}

function withOnlyContainer<Container>(containers: readonly Container[]): { container?: Container } {
  const [only, second] = containers
  return only !== undefined && second === undefined ? { container: only } : {}
}
