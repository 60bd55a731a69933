import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cloudWatchHandlers } from '../../../lib/sandbox/cloudwatch/handlers.ts'
import { advanceWorld } from '../../../lib/sandbox/ecs/advance-world.ts'
import { targetGroupHandlers } from '../../../lib/sandbox/elbv2/handlers/target-group-handlers.ts'
import type { Behaviour } from '../../../lib/sandbox/ecr/behaviour.ts'
import { type Shop, openShop } from '../../fakes/shop.ts'
import {
  type DeploymentDocument,
  addWorker,
  before,
  changeTemplate,
  deleteImage,
  deployOne,
  outside,
  pace,
  pushIndex,
  runningTags,
  serviceDeployments,
  show,
  tagService,
  tasksOf,
  until,
} from './scenes.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.close())

/** Sentence and advice are there for a tired person: whole, and with nothing that was not filled in. */
const words = expect.stringMatching(/^(?!.*(undefined|NaN|\[object))\S.{15,}/s)

const rolledBack = {
  status: 'rolled_back',
  promotionStage: 'rolled_back',
  health: 'healthy',
  isActive: false,
}

async function expectRolledBack(deployment: DeploymentDocument, failure: object): Promise<void> {
  expect(deployment).toMatchObject({ ...rolledBack, failure: { message: words, advice: words, ...failure } })
  expect(runningTags(shop, deployment.process)).toEqual(['v1.2.2'])
  expect(await show(shop, deployment.id)).toEqual(deployment)
}

describe('an image whose tasks cannot work is rolled back, and the diagnosis says why', () => {
  it.each<[code: string, process: string, behaviour: Behaviour, evidence: object]>([
    [
      'container_exited',
      'worker',
      'crash',
      {
        container: 'worker',
        exitCode: 1,
        stopCode: 'EssentialContainerExited',
        logLines: ['Error: no queue'],
      },
    ],
    [
      'container_exited',
      'default',
      'crash',
      { container: 'default', exitCode: 1, logLines: ['Error: no queue'] },
    ],
    [
      'out_of_memory',
      'worker',
      'oom',
      { container: 'worker', exitCode: 137, stoppedReason: expect.stringContaining('OutOfMemoryError') },
    ],
    [
      'secrets_unavailable',
      'worker',
      'missing-secret',
      { stopCode: 'TaskFailedToStart', stoppedReason: expect.stringContaining('/shop/database-url') },
    ],
    [
      'architecture_mismatch',
      'worker',
      'wrong-arch',
      { stoppedReason: expect.stringContaining("platform 'linux/amd64'") },
    ],
    ['networking', 'worker', 'pull-error', { stoppedReason: expect.stringContaining('i/o timeout') }],
    ['target_unhealthy', 'default', 'unhealthy', {}],
  ])('%s: %s with an image that is %s', async (code, process, behaviour, evidence) => {
    await shop.push({ tag: 'bad', behaviour, log: ['Error: no queue'] })

    const { code: exit, deployment } = await deployOne(shop, process, 'bad')

    expect(exit).toBe(1)
    await expectRolledBack(deployment, {
      code,
      evidence: expect.arrayContaining([expect.objectContaining(evidence)]),
    })
  })

  it('image_not_found: the image goes after its tag was resolved', async () => {
    before(shop, 'UpdateService', () => deleteImage(shop, 'v1.2.3'))

    const { code, deployment } = await deployOne(shop, 'worker', 'v1.2.3')

    expect(code).toBe(1)
    await expectRolledBack(deployment, {
      code: 'image_not_found',
      evidence: expect.arrayContaining([
        expect.objectContaining({ stoppedReason: expect.stringContaining('not found') }),
      ]),
    })
  })

  it("image_not_found: it is a sidecar's image, and the sentence says so", async () => {
    const image = '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:no-such-proxy'
    changeTemplate(shop, 'worker', {}, [{ name: 'proxy', image, essential: true }])

    const { code, deployment } = await deployOne(shop, 'worker', 'v1.2.3')

    expect(code).toBe(1)
    await expectRolledBack(deployment, {
      code: 'image_not_found',
      message: expect.stringContaining('"proxy"'),
    })
    expect(deployment.failure?.message).not.toContain('v1.2.3')
  })

  it('image_pull_failed: the registry refuses', async () => {
    await shop.push({ tag: 'bad', behaviour: 'pull-error' })
    saying(
      'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed with status code [manifests bad]: 403 Forbidden',
    )

    const { code, deployment } = await deployOne(shop, 'worker', 'bad')

    expect(code).toBe(1)
    await expectRolledBack(deployment, {
      code: 'image_pull_failed',
      message: expect.stringContaining('403 Forbidden'),
    })
  })

  it('container_unhealthy: the container runs, its health check says no', async () => {
    changeTemplate(shop, 'worker', {
      healthCheck: { command: ['CMD-SHELL', 'check'], interval: 5, retries: 2, timeout: 2 },
    })
    tagService(shop, 'worker', { 'tapit:readiness-timeout-ms': '5000' })
    await shop.push({ tag: 'bad', behaviour: 'unhealthy' })

    const { code, deployment } = await deployOne(shop, 'worker', 'bad')

    expect(code).toBe(1)
    await expectRolledBack(deployment, { code: 'container_unhealthy' })
    expect(deployment.failure?.evidence.length).toBeGreaterThan(0)
  })

  it('readiness_timeout: the load balancer has not made up its mind in the time that the process was given', async () => {
    pace(shop, { healthCheckInterval: 300_000 })
    const { ModifyTargetGroup } = targetGroupHandlers(shop.sandbox.world)
    const [arn] = Object.keys(shop.sandbox.world.state.elbv2.targetGroups)
    before(shop, 'UpdateService', () =>
      ModifyTargetGroup({ TargetGroupArn: arn, HealthCheckIntervalSeconds: 300 }),
    )

    const { code, deployment } = await deployOne(shop, 'default', 'v1.2.3')

    expect(code).toBe(1)
    await expectRolledBack(deployment, {
      code: 'readiness_timeout',
      evidence: expect.arrayContaining([
        expect.objectContaining({ target: expect.objectContaining({ state: 'initial' }) }),
      ]),
    })
  })

  it("never_started: ECS's own circuit breaker gave up on tasks that fail for a reason that tapit does not know", async () => {
    const { groups } = shop.sandbox.world.state.logs
    before(shop, 'UpdateService', () => delete groups['/tapit/shop/worker'])

    const { code, deployment } = await deployOne(shop, 'worker', 'v1.2.3')

    expect(code).toBe(1)
    expect(deployment).toMatchObject({
      failure: {
        code: 'never_started',
        message: expect.stringContaining('log group does not exist'),
        advice: words,
      },
    })
  })

  it('circuit_breaker: ECS gave up, and nobody may see why', async () => {
    shop.sandbox.faults.add({ operation: 'ListTasks', when: input => isStoppedList(input), effect: 'deny' })

    const { code, deployment } = await deployOne(shop, 'worker', 'v1.3.0')

    expect(code).toBe(1)
    expect(deployment).toMatchObject({
      status: 'rolled_back',
      failure: { code: 'circuit_breaker', message: words, advice: words },
    })
  })

  it('alarm: an alarm of the service rings while it deploys', async () => {
    const { PutMetricAlarm, SetAlarmState } = cloudWatchHandlers(shop.sandbox.world)
    await PutMetricAlarm?.({
      AlarmName: 'shop-5xx',
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    })
    outside(shop).UpdateService({
      cluster: 'shop',
      service: 'worker',
      deploymentConfiguration: { alarms: { alarmNames: ['shop-5xx'], enable: true, rollback: true } },
    })
    const running = shop.start([
      'create',
      'deploy',
      'process=worker',
      'docker_tag=v1.2.3',
      '--wait',
      '-o',
      'json',
    ])
    await until(shop, () => serviceDeployments(shop, 'worker')[0]?.status === 'IN_PROGRESS')
    await SetAlarmState?.({ AlarmName: 'shop-5xx', StateValue: 'ALARM', StateReason: 'test' })

    const { code, stdout } = await running.ended

    expect(code).toBe(1)
    await expectRolledBack(JSON.parse(stdout).deployments[0], {
      code: 'alarm',
      message: expect.stringContaining('shop-5xx'),
    })
  })

  it('hook_failed: whoever a hook asks says no', async () => {
    addWorker(shop, 'careful', {
      service: {
        deploymentConfiguration: {
          strategy: 'BLUE_GREEN',
          deploymentCircuitBreaker: { enable: true, rollback: true },
          lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'] }],
        },
      },
    })
    await goOn('careful', 'CONTINUE')
    await until(
      shop,
      () =>
        serviceDeployments(shop, 'careful')[0]?.status === 'SUCCESSFUL' &&
        runningTags(shop, 'careful').length === 1,
    )
    await shop.clock.sleep(5_000)
    const running = shop.start([
      'create',
      'deploy',
      'process=careful',
      'docker_tag=v1.2.3',
      '--wait',
      '-o',
      'json',
    ])
    await until(shop, () => serviceDeployments(shop, 'careful').length === 2)
    await goOn('careful', 'ROLLBACK')

    const { code, stdout } = await running.ended

    expect(code).toBe(1)
    await expectRolledBack(JSON.parse(stdout).deployments[0], { code: 'hook_failed' })
  })
})

describe('a way back that is none', () => {
  it('no_rollback_candidate: the first deployment ever fails, and says that nothing runs', async () => {
    await shop.push({ tag: 'bad', behaviour: 'crash', log: ['Error: no queue'] })
    addWorker(shop, 'fresh', { tag: 'bad' })
    await until(shop, () => serviceDeployments(shop, 'fresh')[0]?.status === 'ROLLBACK_FAILED')

    const { code, deployment } = await deployOne(shop, 'fresh', 'bad')

    expect(code).toBe(1)
    expect(deployment).toMatchObject({
      status: 'failed',
      health: 'unhealthy',
      failure: {
        code: 'no_rollback_candidate',
        message: expect.stringContaining('nothing to roll back to'),
        advice: words,
        cause: { code: 'container_exited' },
      },
    })
    expect(await show(shop, deployment.id)).toEqual(deployment)
  })

  it('rollback_failed: the image to go back to is gone', async () => {
    await shop.push({ tag: 'bad', behaviour: 'crash' })
    before(shop, 'UpdateService', () => deleteImage(shop, 'v1.2.2'))

    // Nothing of the old revision keeps running beside the new one.
    const { code, deployment } = await deployOne(
      shop,
      'worker',
      'bad',
      'minimum_healthy_percent=0',
      'maximum_percent=100',
    )

    expect(code).toBe(1)
    expect(deployment).toMatchObject({
      status: 'failed',
      health: 'unhealthy',
      failure: {
        code: 'rollback_failed',
        message: words,
        advice: expect.stringContaining('docker_tag='),
        cause: { code: 'container_exited' },
      },
    })
    expect(runningTags(shop, 'worker')).toEqual([])
    expect(await show(shop, deployment.id)).toEqual(deployment)
  })
})

describe('a deploy that cannot work is refused before anything changes', () => {
  it.each<[code: string, tag: string, message: string]>([
    ['image_not_found', 'v1.2.4', 'Nearest: v1.2.3'],
    ['architecture_mismatch', 'arm', 'linux/arm64'],
  ])('%s', async (code, tag, message) => {
    pushIndex(shop, 'arm', ['linux/arm64'])

    const { code: exit, document } = await shop.json('create', 'deploy', `docker_tag=${tag}`, '--wait')

    expect(exit).toBe(3)
    expect(document).toMatchObject({
      schemaVersion: 1,
      error: { code, message: expect.stringContaining(message), advice: words },
    })
    expect(shop.sandbox.faults.count('RegisterTaskDefinition')).toBe(0)
    expect(shop.sandbox.faults.count('UpdateService')).toBe(0)
  })
})

describe('somebody else ends it', () => {
  it('superseded: another tool deploys over it', async () => {
    await shop.push({ tag: 'slow', behaviour: 'slow' })
    const running = shop.start([
      'create',
      'deploy',
      'process=worker',
      'docker_tag=slow',
      '--wait',
      '-o',
      'json',
    ])
    await until(shop, () => serviceDeployments(shop, 'worker')[0]?.status === 'IN_PROGRESS')
    outside(shop).UpdateService({
      cluster: 'shop',
      service: 'worker',
      forceNewDeployment: true,
      taskDefinition: 'shop-worker-template',
    })

    const { code, stdout } = await running.ended

    expect(code).toBe(6)
    const [deployment] = JSON.parse(stdout).deployments
    expect(deployment).toMatchObject({
      status: 'cancelled',
      // No record has what somebody else deployed.
      failure: { code: 'superseded', message: words, advice: 'tapit -a shop status' },
    })
    expect(await show(shop, deployment.id)).toEqual(deployment)
  })

  it('cancelled: somebody stops it outside tapit', async () => {
    await shop.push({ tag: 'slow', behaviour: 'slow' })
    const running = shop.start([
      'create',
      'deploy',
      'process=worker',
      'docker_tag=slow',
      '--wait',
      '-o',
      'json',
    ])
    await until(shop, () => serviceDeployments(shop, 'worker')[0]?.status === 'IN_PROGRESS')
    outside(shop).StopServiceDeployment({
      serviceDeploymentArn: serviceDeployments(shop, 'worker')[0]?.arn,
      stopType: 'ROLLBACK',
    })

    const { code, stdout } = await running.ended

    expect(code).toBe(1)
    await expectRolledBack(JSON.parse(stdout).deployments[0], {
      code: 'cancelled',
      message: expect.stringContaining('outside tapit'),
    })
  })

  it('cancelled: `cancel deploy`, and both commands tell by whom and why', async () => {
    await shop.push({ tag: 'slow', behaviour: 'slow' })
    const running = shop.start([
      'create',
      'deploy',
      'process=worker',
      'docker_tag=slow',
      '--wait',
      '-o',
      'json',
    ])
    await until(shop, () => serviceDeployments(shop, 'worker')[0]?.status === 'IN_PROGRESS')

    const cancelled = await shop.json('cancel', 'deploy', 'reason=wrong image', '--wait')

    expect(cancelled.code).toBe(0)
    const { code, stdout } = await running.ended
    expect(code).toBe(1)
    const [deployment] = JSON.parse(stdout).deployments
    expect(deployment).toMatchObject({
      status: 'cancelled',
      isActive: false,
      failure: { code: 'cancelled', message: expect.stringMatching(/by arn:.*wrong image/) },
    })
    expect(cancelled.document.deployments[0]).toEqual(deployment)
    expect(runningTags(shop, 'worker')).toEqual(['v1.2.2'])
    expect(await show(shop, deployment.id)).toEqual(deployment)
  })
})

function isStoppedList(input: unknown): boolean {
  return (
    typeof input === 'object' &&
    input !== null &&
    'desiredStatus' in input &&
    input.desiredStatus === 'STOPPED'
  )
}

/** Lets tasks that could not pull their image say another reason for it. */
function saying(reason: string): void {
  shop.sandbox.faults.add({
    operation: 'DescribeTasks',
    when: () => {
      advanceWorld(shop.sandbox.world)
      for (const task of tasksOf(shop, 'worker'))
        if (task.stoppedReason?.startsWith('CannotPull')) task.stoppedReason = reason
      return false
    },
    effect: 'deny',
  })
}

/** Answers the hook that a service's newest deployment waits for. */
async function goOn(process: string, action: 'CONTINUE' | 'ROLLBACK'): Promise<void> {
  const waiting = () =>
    serviceDeployments(shop, process)[0]?.hooks.find(({ status }) => status === 'AWAITING_ACTION')
  await until(shop, () => waiting() !== undefined)
  outside(shop).ContinueServiceDeployment({
    serviceDeploymentArn: serviceDeployments(shop, process)[0]?.arn,
    hookId: waiting()?.id,
    action,
  })
}
