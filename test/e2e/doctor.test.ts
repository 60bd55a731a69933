import {
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bootstrap, deploy, prepareChangeSet, synthesize } from './support/infrastructure.ts'
import { type Moto, openMoto, region } from './support/moto.ts'

/** With a process behind a route that moves its traffic. */
const careful = (file: string) => file.replace('{ count: 2 }', '{ count: 2, strategy: careful }')
const otherRoute = (file: string) =>
  careful(file).replace('"/api/*"', '"/v1/*"').replace('stripPrefix: /api', 'stripPrefix: /v1')
const otherPort = (file: string) =>
  careful(file)
    .replace('port: 8080', 'port: 9090')
    .replace('  worker:\n', '  mailer:\n')
    .replace('process: worker', 'process: mailer')

const productionRule = /backoffice.*ProductionRule/

let moto: Moto
let balancing: ElasticLoadBalancingV2Client
let folders: { readonly now: string; readonly route: string; readonly port: string }
let ruleArn: string
beforeAll(async () => {
  moto = await openMoto()
  const options = {
    endpoint: moto.url,
    region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  }
  balancing = new ElasticLoadBalancingV2Client(options)
  await bootstrap(moto)
  folders = {
    now: await synthesize(moto, 'now', careful),
    route: await synthesize(moto, 'route', otherRoute),
    port: await synthesize(moto, 'port', otherPort),
  }
  await deploy(moto, folders.now, 'tapit-foundation', 'shop')
  const { StackResourceSummaries = [] } = await new CloudFormationClient(options).send(
    new ListStackResourcesCommand({ StackName: 'shop' }),
  )
  const found = StackResourceSummaries.find(({ LogicalResourceId = '' }) =>
    productionRule.test(LogicalResourceId),
  )
  ruleArn = found?.PhysicalResourceId ?? ''
}, 300_000)
afterAll(async () => {
  await moto.close()
})

describe('tapit doctor before a cdk deploy', () => {
  it('lets a first deploy go on', async () => {
    const { code, document } = await doctor(folders.now, 'shop-staging', '-e', 'staging')

    expect(code).toBe(0)
    expect(document).toMatchObject({ isSafe: true, findings: [{ code: 'first_deploy', severity: 'ok' }] })
  })

  it('lets an unchanged template go on, wherever the traffic is', async () => {
    await send({ blue: 0, green: 100 })

    const { code, document } = await doctor(folders.now, 'shop')

    expect(code).toBe(0)
    expect(document).toMatchObject({ isSafe: true, findings: [{ code: 'harmless', severity: 'ok' }] })
  })

  it('refuses another route while the traffic is where ECS moved it, and says what to do', async () => {
    await send({ blue: 0, green: 100 })

    const { code, document } = await doctor(folders.route, 'shop')
    const text = await moto.tapit('-a', 'shop', 'doctor', 'scope=infra', template(folders.route, 'shop'))

    expect(code).toBe(3)
    expect(document.isSafe).toBe(false)
    expect(document.findings).toEqual([
      {
        code: 'weights_moved',
        severity: 'refuse',
        process: 'backoffice',
        rule: expect.stringMatching(productionRule),
        listens: 'production',
        paths: ['/api', '/api/*'],
        live: [{ targetGroup: 'shop-backoffice-green', percent: 100 }],
        template: [{ targetGroup: 'shop-backoffice-blue', percent: 100 }],
        message: expect.stringContaining('/api/*'),
        advice: expect.stringContaining('tapit -a shop create deploy process=backoffice'),
      },
    ])
    expect(text.code).toBe(3)
    expect(text.stdout).toMatch(
      /100 % to shop-backoffice-green[^]*Do not run `cdk deploy` for stack shop now\./,
    )
  })

  it('refuses a change set that would do the same', async () => {
    await send({ blue: 10, green: 90 })
    await prepareChangeSet(moto, folders.route, 'shop')

    const { code, document } = await moto.json('-a', 'shop', 'doctor', 'change_set=cdk-deploy-change-set')

    expect(code).toBe(3)
    expect(document.findings).toMatchObject([{ code: 'weights_moved', process: 'backoffice' }])
  })

  it('lets the other route go on once the traffic is back', async () => {
    await send({ blue: 100, green: 0 })

    const { code, document } = await doctor(folders.route, 'shop')
    await deploy(moto, folders.route, 'shop')

    expect(code).toBe(0)
    expect(document).toMatchObject({ isSafe: true, findings: [{ code: 'harmless' }] })
    expect(await paths()).toEqual(['/v1', '/v1/*'])
  })

  it('refuses another port, and warns of a process that goes', async () => {
    const { code, document } = await doctor(folders.port, 'shop')

    expect(code).toBe(3)
    expect(document.findings).toMatchObject([
      { code: 'bootstrap_replaced', severity: 'refuse', process: 'default', family: 'shop-default' },
      { code: 'process_removed', severity: 'warn', process: 'worker' },
    ])
  })

  it('refuses what is no template', async () => {
    const { code, document } = await moto.json('-a', 'shop', 'doctor', 'template=/nowhere.json')

    expect(code).toBe(2)
    expect(document.error).toMatchObject({ code: 'no_template' })
  })
})

function template(folder: string, stack: string): string {
  return `template=${join(folder, `${stack}.template.json`)}`
}

function doctor(folder: string, stack: string, ...argv: readonly string[]) {
  return moto.json('-a', 'shop', ...argv, 'doctor', 'scope=infra', template(folder, stack))
}

async function rule() {
  const { Rules } = await balancing.send(new DescribeRulesCommand({ RuleArns: [ruleArn] }))
  return Rules?.[0]
}

async function paths() {
  const { Conditions = [] } = (await rule()) ?? {}
  return Conditions.flatMap(({ PathPatternConfig }) => PathPatternConfig?.Values ?? [])
}

/** Moves the traffic of the route as ECS does. */
async function send({ blue, green }: { readonly blue: number; readonly green: number }): Promise<void> {
  const groups = (await rule())?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? []
  const TargetGroups = groups.map(group => ({
    TargetGroupArn: group.TargetGroupArn,
    Weight: group.TargetGroupArn?.includes('-blue/') === true ? blue : green,
  }))
  await balancing.send(
    new ModifyRuleCommand({
      RuleArn: ruleArn,
      Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
    }),
  )
}
