import { type FailureKind, logsCommand } from './kind.ts'

export const targetUnhealthy: FailureKind = {
  code: 'target_unhealthy',
  recognise: task =>
    /failed ELB health checks/i.test(task.stoppedReason ?? '')
      ? { patience: 'readiness', ...(task.containers[0] && { container: task.containers[0] }) }
      : undefined,
  sentence: ({ evidence, limit }) => {
    const target = evidence.find(each => each.target !== undefined)?.target
    const why = target?.description ?? target?.reason ?? evidence[0]?.stoppedReason
    const within = limit === undefined ? '' : ` within ${Math.round(limit / 1000)} s`
    return `the load balancer's health check did not pass${within}${why ? `: ${why}` : ''}`
  },
  advice: (_failure, deployment) =>
    `Check that the process listens on the target group's port and answers its health-check path: ${logsCommand(deployment)}`,
}
