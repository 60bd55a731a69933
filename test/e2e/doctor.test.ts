import {
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation'
import {
  DeregisterTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs'
import { cp, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bootstrap, deploy, prepareChangeSet, synthesize } from './support/infrastructure.ts'
import { startTapit } from './support/cli.ts'
import { account, type Moto, openMoto, region } from './support/moto.ts'

/** With a process behind a route that moves its traffic. */
const careful = (file: string) => file.replace('{ count: 2 }', '{ count: 2, strategy: careful }')
const otherRoute = (file: string) =>
  careful(file).replace("'/api/*'", "'/v1/*'").replace('stripPrefix: /api', 'stripPrefix: /v1')
const otherPort = (file: string) =>
  careful(file)
    .replace('port: 8080', 'port: 9090')
    .replace('  worker:\n', '  mailer:\n')
    .replace('process: worker', 'process: mailer')
/** The database elsewhere, and another path that says whether a process is ready. */
const otherSecret = (file: string) =>
  otherRoute(file).replace('path: /healthz', 'path: /ready').replace('/shop/database-url', '/shop/postgres')

const productionRule = /backoffice.*ProductionRule/

let moto: Moto
let balancing: ElasticLoadBalancingV2Client
let ecs: ECSClient
let folders: { readonly now: string; readonly route: string; readonly port: string; readonly secret: string }
let ruleArn: string
beforeAll(async () => {
  moto = await openMoto()
  const options = {
    endpoint: moto.url,
    region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  }
  balancing = new ElasticLoadBalancingV2Client(options)
  ecs = new ECSClient(options)
  await bootstrap(moto)
  folders = {
    now: await synthesize(moto, 'now', careful),
    route: await synthesize(moto, 'route', otherRoute),
    port: await synthesize(moto, 'port', otherPort),
    secret: await synthesize(moto, 'secret', otherSecret),
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

  it('warns of a secret and a path that what runs still needs, and not for a placeholder', async () => {
    const ofPlaceholder = await doctor(folders.secret, 'shop')
    await runImage('v1.2.3')
    const ofImage = await doctor(folders.secret, 'shop')

    expect(ofPlaceholder).toMatchObject({ code: 0, document: { findings: [{ code: 'harmless' }] } })
    expect(ofImage.code).toBe(0)
    expect(ofImage.document.findings).toEqual([
      {
        code: 'grants_removed',
        severity: 'warn',
        process: 'default',
        role: 'execution',
        lost: [
          { actions: expect.arrayContaining(['ssm:GetParameters']), resource: 'parameter/shop/database-url' },
        ],
        message: expect.stringContaining('parameter/shop/database-url'),
        advice: expect.stringMatching(
          /tapit -a shop create deploy process=default docker_tag=v1\.2\.3 --wait$/,
        ),
      },
      {
        code: 'health_check_changed',
        severity: 'warn',
        process: 'default',
        changes: [{ setting: 'HealthCheckPath', before: '/healthz', after: '/ready' }],
        message: expect.stringContaining('HealthCheckPath /healthz → /ready'),
        advice: expect.stringMatching(/^First deploy a version that answers at both/),
      },
    ])
  })

  it('reads the template under cdk.out, and refuses it when it is older than tapit.yml', async () => {
    const cwd = join(moto.folder, 'route')
    await cp(folders.route, join(cwd, 'cdk.out'), { recursive: true })
    const doctorHere = () => startTapit(['doctor', 'scope=infra', '-o', 'json'], { env: moto.env, cwd }).ended

    const fresh = await doctorHere()
    const later = new Date(Date.now() + 60_000)
    await utimes(join(cwd, 'tapit.yml'), later, later)
    const stale = await doctorHere()

    expect(fresh.code).toBe(0)
    expect(JSON.parse(fresh.stdout)).toMatchObject({ findings: [{ code: 'harmless' }] })
    expect(stale.code).toBe(2)
    expect(JSON.parse(stale.stdout)).toMatchObject({
      error: { code: 'stale_template', advice: 'npx cdk synth -q' },
    })
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

/** What a deploy leaves behind: a revision out of the repository of `default`, which its service runs. */
async function runImage(dockerTag: string): Promise<void> {
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'shop-default',
      containerDefinitions: [
        {
          name: 'default',
          image: `${account}.dkr.ecr.${region}.amazonaws.com/shop:${dockerTag}`,
          memory: 512,
        },
      ],
      tags: [
        { key: 'tapit:deployment', value: 'dep_1' },
        { key: 'tapit:docker-tag', value: dockerTag },
      ],
    }),
  )
  await ecs.send(
    new UpdateServiceCommand({
      cluster: 'shop',
      service: 'default',
      taskDefinition: taskDefinition?.taskDefinitionArn,
    }),
  )
  // moto lists the oldest first, whatever is asked for: the placeholder would be taken for a stray revision.
  await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'shop-default:1' }))
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
