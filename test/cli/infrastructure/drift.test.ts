import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  activeRevisions,
  deployOne,
  outside,
  pace,
  runningTags,
  serviceDeployments,
  until,
} from '../deploy/scenes.ts'
import { provision, type Provisioned, templateOf, type Wishes } from './provisioned.ts'

let app: Provisioned
beforeEach(async () => {
  app = await provision()
}, 60_000)
afterEach(() => app.close())

const complete = { status: 'COMPLETE' }

/** The second one makes CloudFormation send the service as well as its template. */
const changes: readonly Wishes[] = [
  { logLevel: 'debug' },
  { logLevel: 'debug', cpu: 512, count: 3, strategy: 'rolling' },
]

describe('what runs after ten deploys', () => {
  it('is not moved by cdk deploy, whatever of tapit.yml changed, nor by a rollback of the stack, nor by a change set of before', async () => {
    const frozen = app.cloudFormation.changeSet('shop', templateOf({ logLevel: 'warn', cpu: 1024, count: 5 }))
    await tenDeploys()
    const runs = app.whatRuns()

    expect(await app.cdkDeploy()).toEqual({ status: 'COMPLETE', changed: [] })
    expect(app.whatRuns()).toEqual(runs)
    for (const wishes of changes) {
      expect(await app.cdkDeploy(wishes, { fails: true })).toMatchObject({
        status: 'ROLLBACK_COMPLETE',
        reason: expect.stringContaining('something else of the stack failed'),
        changed: expect.arrayContaining([expect.stringMatching(/Service|Template/)]),
      })
      expect(app.whatRuns()).toEqual(runs)
      expect(await app.cdkDeploy(wishes)).toMatchObject(complete)
      expect(app.whatRuns()).toEqual(runs)
    }
    expect(await frozen.execute()).toMatchObject(complete)
    expect(app.whatRuns()).toEqual(runs)
    expect(runningTags(app.shop, 'default')).toEqual(['v10'])
  }, 120_000)
})

describe('a change of tapit.yml', () => {
  beforeEach(async () => {
    await app.shop.push({ tag: 'v1' })
    await app.shop.push({ tag: 'v2' })
    await app.shop.tapit('create', 'deploy', 'docker_tag=v1', '--wait')
  })

  it('waits, is shown as waiting, and goes live with the next deploy', async () => {
    await app.cdkDeploy({ logLevel: 'debug', count: 3 })

    const waiting = await app.shop.json('status')
    const { stdout } = await app.shop.tapit('status')
    const { stdout: plan } = await app.shop.tapit('create', 'deploy', 'docker_tag=v2', '--dry-run')
    const { code } = await deployOne(app.shop, 'default', 'v2')
    const after = await app.shop.json('status')

    expect(waiting.document.processes[0]).toMatchObject({
      dockerTag: 'v1',
      running: 2,
      drift: { code: 'config_waiting', template: 'shop-default-template:2', count: 3 },
    })
    expect(stdout).toContain('config waiting for the next deploy: shop-default-template:2, 3 tasks')
    expect(plan).toMatch(/tasks +2 → 3\n/)
    expect(plan).toContain('environment.LOG_LEVEL')
    expect(code).toBe(0)
    expect(after.document.processes[0]).toMatchObject({ dockerTag: 'v2', running: 3, desired: 3 })
    expect(after.document.processes[0]).not.toHaveProperty('drift')
    expect(variable('LOG_LEVEL')).toBe('debug')
  })

  it('is not waiting any more once the stack has gone back', async () => {
    await app.cdkDeploy({ logLevel: 'debug', count: 3 }, { fails: true })

    const { document } = await app.shop.json('status')

    expect(document.processes[0]).not.toHaveProperty('drift')
  })

  it('of the count is put back with a deploy that fails, and waits again', async () => {
    await app.cdkDeploy({ count: 4 })
    await app.shop.push({ tag: 'bad', behaviour: 'crash' })

    const { code, deployment } = await deployOne(app.shop, 'default', 'bad')

    expect([code, deployment.status]).toEqual([1, 'rolled_back'])
    expect(desiredCount()).toBe(2)
    const { document } = await app.shop.json('status')
    expect(document.processes[0].drift).toEqual({ code: 'config_waiting', count: 4 })
  })

  it('of the count leaves alone what people or auto scaling made of it since the last deploy', async () => {
    outside(app.shop).UpdateService({ cluster: 'shop', service: 'default', desiredCount: 5 })

    await deployOne(app.shop, 'default', 'v2')
    const afterDeploy = desiredCount()
    await app.cdkDeploy({ count: 3, logLevel: 'debug' })

    expect([afterDeploy, desiredCount()]).toEqual([5, 5])
    await deployOne(app.shop, 'default', 'v2')
    expect(desiredCount()).toBe(3)
  })

  it('to no task at all stops it with the next deploy', async () => {
    await app.cdkDeploy({ count: 0 })

    const { ended } = app.shop.start(['create', 'deploy', 'process=default', 'docker_tag=v2', '--wait'])
    const { code, stderr } = await ended

    expect(code).toBe(0)
    expect(stderr).toContain('its desired count is 0')
    expect(desiredCount()).toBe(0)
  })
})

describe('auto scaling', () => {
  it('has the count to itself', async () => {
    await app.cdkDeploy({ worker: 'scale: { min: 2, max: 5, cpu: 60 }' })
    await app.shop.push({ tag: 'v1' })
    outside(app.shop).UpdateService({ cluster: 'shop', service: 'worker', desiredCount: 4 })

    await deployOne(app.shop, 'worker', 'v1')

    const updates = app.shop.sandbox.faults.journal.filter(({ operation }) => operation === 'UpdateService')
    expect(updates.at(-1)?.input).not.toHaveProperty('desiredCount')
    const { services } = outside(app.shop).DescribeServices({ cluster: 'shop', services: ['worker'] })
    expect(services?.[0]?.desiredCount).toBe(4)
  })
})

describe('cdk deploy meanwhile', () => {
  beforeEach(async () => {
    await app.shop.push({ tag: 'v1' })
    await app.shop.tapit('create', 'deploy', 'docker_tag=v1', '--wait')
  })

  it('changes nothing of a deployment that is under way', async () => {
    await app.shop.push({ tag: 'v2' })
    const running = app.shop.start(['create', 'deploy', 'process=default', 'docker_tag=v2', '--wait'])
    await until(app.shop, () => serviceDeployments(app.shop, 'default')[0]?.status === 'IN_PROGRESS')

    const infrastructure = await app.cdkDeploy({ logLevel: 'debug', count: 3 })
    const { code } = await running.ended

    expect(infrastructure).toMatchObject(complete)
    expect(code).toBe(0)
    expect(runningTags(app.shop, 'default')).toEqual(['v2'])
    expect(serviceDeployments(app.shop, 'default').map(({ status }) => status)).toEqual([
      'SUCCESSFUL',
      'SUCCESSFUL',
      'SUCCESSFUL',
    ])
  })

  it('does not deploy a second time what is being rolled back', async () => {
    await app.shop.push({ tag: 'bad', behaviour: 'crash' })
    pace(app.shop, { schedulerRound: 20_000 })
    const running = app.shop.start(['create', 'deploy', 'process=default', 'docker_tag=bad', '--wait'])
    const rollback = (): string | undefined => serviceDeployments(app.shop, 'default')[0]?.status
    await until(app.shop, () => rollback() === 'ROLLBACK_IN_PROGRESS')
    await until(app.shop, () => activeRevisions(app.shop, 'default').at(-1) === service().taskDefinition)
    const whenDropped = rollback()

    const infrastructure = await app.cdkDeploy({ count: 3 })
    const { code } = await running.ended

    expect(whenDropped).toBe('ROLLBACK_IN_PROGRESS')
    expect(infrastructure).toMatchObject(complete)
    expect(code).toBe(1)
    expect(serviceDeployments(app.shop, 'default')).toHaveLength(3)
    expect(runningTags(app.shop, 'default')).toEqual(['v1'])
  })

  it('does not deploy a second time what ECS has rolled back by itself, once anybody has looked', async () => {
    await app.shop.push({ tag: 'bad', behaviour: 'crash' })
    await app.shop.tapit('create', 'deploy', 'process=default', 'docker_tag=bad')
    await until(app.shop, () => serviceDeployments(app.shop, 'default')[0]?.status === 'ROLLBACK_SUCCESSFUL')
    await app.shop.tapit('status')

    expect(await app.cdkDeploy({ count: 3 })).toMatchObject(complete)
    expect(runningTags(app.shop, 'default')).toEqual(['v1'])
    expect(serviceDeployments(app.shop, 'default')).toHaveLength(3)
  })
})

describe('a listener rule that changes', () => {
  it("gets the template's weights, wherever the traffic is: what `tapit doctor scope=infra` is there to refuse (aws-cdk#36649)", async () => {
    await app.shop.push({ tag: 'v1' })
    await deployOne(app.shop, 'default', 'v1')
    const live = weights()
    const template = structuredClone(templateOf({})) as { Resources: Record<string, any> }
    for (const { Type, Properties } of Object.values(template.Resources)) {
      if (Type === 'AWS::ElasticLoadBalancingV2::ListenerRule')
        Properties.Conditions[0].PathPatternConfig.Values = ['/shop/*']
    }

    await app.cloudFormation.deploy('shop', template)

    expect(live).toEqual({ blue: 0, green: 100 })
    expect(weights()).toEqual({ blue: 100, green: 0 })
  })
})

async function tenDeploys(): Promise<void> {
  for (let number = 1; number <= 10; number += 1) {
    await app.shop.push({ tag: `v${number}` })
    const { code, stderr } = await app.shop.tapit('create', 'deploy', `docker_tag=v${number}`, '--wait')
    if (code !== 0) throw new Error(stderr)
  }
}

/** Of the production rule. */
function weights(): unknown {
  const arn = app.cloudFormation.physicalId('shop', 'ProductionRule')
  const { actions = [] } = app.shop.sandbox.world.state.elbv2.rules[arn] ?? {}
  const groups = actions.flatMap(({ ForwardConfig }) => ForwardConfig?.TargetGroups ?? [])
  return Object.fromEntries(
    groups.map(({ TargetGroupArn = '', Weight }) => [/blue|green/.exec(TargetGroupArn)?.[0], Weight]),
  )
}

function service(): { desiredCount?: number; taskDefinition?: string } {
  const { services: [found] = [] } = outside(app.shop).DescribeServices({
    cluster: 'shop',
    services: ['default'],
  })
  return found ?? {}
}

function desiredCount(): number | undefined {
  return service().desiredCount
}

function variable(name: string): string | undefined {
  const { taskDefinition } = outside(app.shop).DescribeTaskDefinition({
    taskDefinition: service().taskDefinition ?? '',
  })
  return taskDefinition?.containerDefinitions?.[0]?.environment?.find(each => each.name === name)?.value
}
