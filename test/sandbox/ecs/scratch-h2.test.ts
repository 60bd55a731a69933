import { it } from 'vitest'
import { TestWorld } from './test-world.ts'
import { seedShop } from '../../../lib/sandbox/seed/shop.ts'
it('x', () => {
  const w = new TestWorld()
  const t0 = performance.now()
  seedShop({ ...w.world, state: { ...w.world.state } })
  console.log('seed ms', performance.now() - t0)
  const { services = [] } = w.ecs.DescribeServices({ cluster: 'shop', services: ['default', 'worker', 'scheduler'] })
  for (const s of services) console.log(s.serviceName, s.runningCount, s.deployments?.map(d => d.rolloutState), s.events?.map(e => e.message))
  for (const b of ['ok', 'crash', 'slow', 'unhealthy','flaky','late-crash','oom','wrong-arch','pull-error','missing-secret'] as const) {
    for (const web of [false, true]) {
    const v = new TestWorld()
    if (web) v.steadyWeb(); else v.steady()
    v.pass(5000)
    const t = v.now
    v.deploy(b)
    let last = ''
    const log: string[] = []
    for (let i = 0; i < 600; i++) {
      const d = v.deployment
      const s = JSON.stringify([d.status, d.deploymentCircuitBreaker?.failureCount, v.service.deployments?.map(x => `${x.status} ${x.rolloutState} ${x.runningCount}/${x.pendingCount}`)])
      if (s !== last) log.push(`${v.now - t} ${s}`)
      last = s
      v.pass(100)
    }
    console.log(b, web, v.deployment.statusReason, '\n' + log.join('\n'))
    console.log([...new Set(v.tasks.map(x => `${x.stopCode} ${x.stoppedReason} ${x.containers?.[0]?.exitCode} ${x.containers?.[0]?.reason}`))].join('\n'))
    }
  }
})
