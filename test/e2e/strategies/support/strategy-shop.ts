import { ScanCommand } from '@aws-sdk/client-dynamodb'
import {
  type DeploymentConfiguration,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs'
import {
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { expect } from 'vitest'
import type { Behaviour } from '../../../../lib/sandbox/ecr/behaviour.ts'
import { advanceWorld } from '../../../../lib/sandbox/ecs/advance-world.ts'
import { tableName } from '../../../../lib/names/aws.ts'
import { type Account, openAccount } from '../../support/account.ts'
import type { Ended, Running, Variables } from '../../support/cli.ts'
import { type PacedClock, pacedClock } from '../../support/paced-clock.ts'
import { type AwsClients, awsClients } from './aws-clients.ts'
import { type Crowd, crowd } from './crowd.ts'
import type { Seen } from './moments.ts'
import { type PublishedStrategy, publishStrategy } from './publish-strategy.ts'

/** The example app, in whose time a test can stand still, with AWS's own clients to look at it. */
export type StrategyShop = Account & {
  readonly aws: AwsClients
  /** `create deploy … --wait -o json` as it begins, and as it ends. */
  startDeploy(options: DeployCommand): Running
  deploy(options: DeployCommand): Promise<Ended & { readonly document: any }>
  readonly clock: PacedClock
  /** What ECS is at for a process. */
  seen(process: string): Seen
  /** Passes time until something holds of a process. */
  until(process: string, holds: (seen: Seen) => boolean): Promise<void>
  /** The same, and time stands still from that moment on. */
  holdAt(process: string, holds: (seen: Seen) => boolean): Promise<void>
  /** Until ECS has nothing to do for a process any more. */
  atRest(process: string): Promise<void>
  standing(process: string): Promise<Standing>
  configuration(process: string): Promise<DeploymentConfiguration | undefined>
  /** Whose leases there are. */
  leases(): Promise<readonly string[]>
  crowd(options: { readonly perSecond: number; readonly listener?: number }): Promise<Crowd>
  publish(name: string, strategy: PublishedStrategy, process?: string): Promise<void>
}

export type DeployCommand = {
  /** @default 'default' */
  readonly process?: string
  readonly dockerTag: string
  /** Whatever else is typed: keys and flags. @default - nothing */
  readonly argv?: readonly string[]
  readonly env?: Variables
}

/** What AWS's own clients say of a process. */
export type Standing = {
  /** Tags of the images that its running tasks run, each once. */
  readonly runs: readonly string[]
  readonly count: number
  /** Weights of blue and green; undefined of a process without load balancer. */
  readonly production?: readonly number[]
  readonly test?: readonly number[]
  /** Of the service. */
  readonly rolloutStates: readonly string[]
}

/** Milliseconds of a minute of bake time, of a pause or of an alarm's period. */
export const minute = 400

const bad: Readonly<Record<string, Behaviour>> = {
  'v-crash': 'crash',
  'v-unhealthy': 'unhealthy',
  'v-errors': 'errors',
}

const patience = 110_000

export async function openStrategyShop(): Promise<StrategyShop> {
  const clock = pacedClock()
  const account = await openAccount({
    clock,
    timings: {
      provision: 100,
      pull: 100,
      start: 100,
      healthCheckInterval: 150,
      stop: 100,
      deregistrationDelay: 100,
      schedulerRound: 100,
      minute,
    },
  })
  const { sandbox, url } = account
  const aws = awsClients({ url, region: sandbox.world.region })
  for (const [tag, behaviour] of Object.entries(bad)) await account.push({ tag, behaviour })
  clock.onStep(() => advanceWorld(sandbox.world))

  const seen = (process: string): Seen => {
    const { services, serviceDeployments, tasks } = sandbox.world.state.ecs
    const service = Object.values(services).find(({ name }) => name === process)
    if (service === undefined) throw new Error(`there is no service ${process}`)
    const deployment = Object.values(serviceDeployments)
      .filter(({ serviceArn }) => serviceArn === service.arn)
      .at(-1)
    if (deployment === undefined) throw new Error(`${process} was never deployed`)
    const its = Object.values(tasks).filter(
      ({ serviceArn, lastStatus }) => serviceArn === service.arn && lastStatus !== 'STOPPED',
    )
    const isFresh = (task: (typeof its)[number]): boolean => task.revisionArn === deployment.targetRevision
    return {
      service,
      deployment,
      fresh: its.filter(isFresh),
      old: its.filter(task => !isFresh(task)),
    }
  }

  /** At every step of time: a moment that lasts a round is never missed. */
  const whenever = (process: string, holds: (seen: Seen) => boolean, act: () => void): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = { isOver: false }
      const timer = setTimeout(() => {
        look.isOver = true
        const { status, lifecycleStage, trafficStep, hooks } = seen(process).deployment
        const stands = [status, lifecycleStage, trafficStep, ...hooks.map(hook => hook.status)].join(' ')
        reject(new Error(`${process} never came there; it stands at ${stands}`))
      }, patience)
      clock.onStep(() => {
        if (look.isOver || !holds(seen(process))) return
        look.isOver = true
        clearTimeout(timer)
        act()
        resolve()
      })
    })

  const startDeploy: StrategyShop['startDeploy'] = ({ process = 'default', dockerTag, argv = [], env }) =>
    account.start(
      ['create', 'deploy', `process=${process}`, `docker_tag=${dockerTag}`, ...argv, '--wait', '-o', 'json'],
      env,
    )

  const services = async (process: string) =>
    (await aws.ecs.send(new DescribeServicesCommand({ cluster: 'shop', services: [process] }))).services ?? []

  return {
    ...account,
    aws,
    startDeploy,
    deploy: async options => {
      const ended = await startDeploy(options).ended
      return { ...ended, document: JSON.parse(ended.stdout) }
    },
    clock,
    seen,
    until: (process, holds) => whenever(process, holds, () => {}),
    holdAt: (process, holds) => whenever(process, holds, clock.hold),
    atRest: async process => {
      await whenever(
        process,
        ({ service, deployment }) =>
          deployment.finishedAt !== undefined &&
          service.deployments.every(({ rolloutState }) => rolloutState === 'COMPLETED'),
        () => {},
      )
    },
    standing: async process => {
      const [service] = await services(process)
      const { taskArns = [] } = await aws.ecs.send(
        new ListTasksCommand({ cluster: 'shop', serviceName: process }),
      )
      const { tasks = [] } = await aws.ecs.send(
        new DescribeTasksCommand({ cluster: 'shop', tasks: taskArns }),
      )
      const tags = tasks
        .filter(({ lastStatus }) => lastStatus === 'RUNNING')
        .flatMap(({ containers = [] }) => containers)
        .map(({ imageDigest }) => tagOf(account, imageDigest))
      const pair = service?.loadBalancers?.[0]?.advancedConfiguration
      return {
        runs: [...new Set(tags)],
        count: tags.length,
        ...(pair?.productionListenerRule !== undefined && {
          production: await weights(aws, pair.productionListenerRule),
        }),
        ...(pair?.testListenerRule !== undefined && { test: await weights(aws, pair.testListenerRule) }),
        rolloutStates: (service?.deployments ?? []).map(({ rolloutState = '' }) => rolloutState),
      }
    },
    configuration: async process => (await services(process))[0]?.deploymentConfiguration,
    leases: async () => {
      const { Items = [] } = await aws.dynamodb.send(new ScanCommand({ TableName: tableName }))
      return Items.filter(({ pk }) => pk?.S?.endsWith('#lease') === true).map(({ sk }) => sk?.S ?? '')
    },
    crowd: async ({ perSecond, listener }) => {
      const { LoadBalancers: [loadBalancer] = [] } = await aws.elb.send(new DescribeLoadBalancersCommand({}))
      const name = loadBalancer?.DNSName ?? ''
      const host = listener === undefined ? name : `${listener}.${name}`
      return crowd({ port: Number(new URL(url).port), url: new URL(`http://${host}/`), perSecond, clock })
    },
    publish: (name, strategy, process) => publishStrategy(aws, name, strategy, process),
    close: async () => {
      clock.stop()
      aws.destroy()
      await account.close()
    },
  }
}

function tagOf({ sandbox }: Account, digest: string | undefined): string {
  const images = Object.values(sandbox.world.state.ecr.repositories).flatMap(repository => repository.images)
  return images.find(image => image.digest === digest)?.tags[0] ?? `untagged ${digest}`
}

/** Of blue and green. */
async function weights({ elb }: AwsClients, rule: string): Promise<readonly number[]> {
  const { Rules = [] } = await elb.send(new DescribeRulesCommand({ RuleArns: [rule] }))
  const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({}))
  const inRule = Rules[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? []
  return ['shop-default-blue', 'shop-default-green'].map(name => {
    const arn = TargetGroups.find(({ TargetGroupName }) => TargetGroupName === name)?.TargetGroupArn
    return inRule.find(({ TargetGroupArn }) => TargetGroupArn === arn)?.Weight ?? 0
  })
}

export const blue: readonly number[] = [100, 0]
export const green: readonly number[] = [0, 100]

/** Nothing of a deployment is left: no lease, and the service is configured as it was. */
export async function expectTidy(
  shop: StrategyShop,
  process: string,
  before: DeploymentConfiguration | undefined,
): Promise<void> {
  expect(atRest(await shop.configuration(process))).toEqual(atRest(before))
  expect(await shop.leases()).toEqual([])
}

/** What it has of a bake time means nothing with ROLLING; persistence.test.ts looks at it by itself. */
export function atRest(
  configuration: DeploymentConfiguration | undefined,
): Omit<DeploymentConfiguration, 'bakeTimeInMinutes'> {
  const { bakeTimeInMinutes: _, ...others } = configuration ?? {}
  return others
}
