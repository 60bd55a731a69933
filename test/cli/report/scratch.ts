import { showDeploy } from '../../../lib/cli/report/show-deploy.ts'
import { listDeploys } from '../../../lib/cli/report/list-deploys.ts'
import { showStatus } from '../../../lib/cli/report/status.ts'
import * as b from './builders.ts'
const deployments = [
  b.live('default'),
  b.deployment('scheduler', { is: 'draining', ecs: b.ecs('scheduler') }),
  b.rolledBack(),
]
const seen = new Map([
  [b.ids.default, b.healthy()],
  [b.ids.scheduler, b.healthy(1)],
  [b.ids.worker, b.healthy(1)],
])
for (const c of [60, 80, 120, 200]) {
  console.log('-'.repeat(c))
  console.log(
    showDeploy(
      {
        group: b.group,
        deployments,
        seen,
        evidenceLines: new Map([[b.ids.worker, b.logLines]]),
        pushedAt: b.t0 - 180000,
        exit: 1,
      },
      b.view(c),
    ).join('\n'),
  )
  console.log('-'.repeat(c))
  console.log(listDeploys({ deployments, next: 'abc' }, b.view(c)).join('\n'))
  console.log('-'.repeat(c))
  console.log(
    showStatus(
      {
        app: 'shop',
        environment: 'production',
        region: 'eu-west-1',
        processes: [
          {
            process: 'default',
            kind: 'web',
            dockerTag: 'v1.3.0',
            stage: 'active',
            health: 'healthy',
            running: 2,
            desired: 2,
            since: b.t0 - 720000,
            url: 'http://shop-123.eu-west-1.elb.amazonaws.com',
          },
          {
            process: 'worker',
            kind: 'worker',
            dockerTag: 'v1.2.3',
            stage: 'active',
            health: 'healthy',
            running: 1,
            desired: 1,
            since: b.t0 - 3 * 86400000,
            latest: b.rolledBack(),
          },
          {
            process: 'scheduler',
            kind: 'worker',
            dockerTag: 'v1.3.0',
            stage: 'checking_readiness',
            health: 'healthy',
            running: 1,
            desired: 1,
            since: b.t0 - 720000,
            drift: {
              is: 'changed_outside',
              taskDefinition: 'arn:x/shop-scheduler:44',
              registeredBy: 'arn:aws:iam::1:role/terraform',
            },
          },
        ],
      },
      b.view(c),
    ).join('\n'),
  )
}
console.log('-'.repeat(10))
for (const s of Object.values(b.states))
  console.log(
    showDeploy({ deployments: [b.deployment('worker', s)], exit: 1 }, b.view(100)).join('\n') + '\n',
  )
import { showPlan } from '../../../lib/cli/report/plan.ts'
import { processPlan, plan } from './plan-builders.ts'
for (const c of [60, 80, 120])
  console.log(
    '='.repeat(c) +
      '\n' +
      showPlan(
        plan([
          processPlan('default'),
          processPlan('worker', { isSameImage: true, changes: [] }),
          {
            is: 'refused',
            process: 'scheduler',
            code: 'busy',
            reason:
              'another deployment is in progress: dep_01je… by github-actions (arn:aws:iam::1:role/deploy), 2 min, checking readiness',
          },
        ]),
        b.view(c),
      ).join('\n'),
  )
