import {
  cloudFormation,
  type CloudFormation,
  type Deployed,
  type Template,
} from '../../fakes/cloudformation.ts'
import { openShop, type Shop } from '../../fakes/shop.ts'
import { synthesized } from '../../fakes/synthesized.ts'
import { advanceWorld } from '../../../lib/sandbox/ecs/advance-world.ts'

/** What these tests change of tapit.yml. */
export type Wishes = {
  readonly logLevel?: string
  readonly cpu?: number
  readonly count?: number
  readonly strategy?: 'careful' | 'rolling'
  /** More of the worker. */
  readonly worker?: string
}

/** tapit.yml of a web process whose traffic ECS shifts, and a worker. */
function tapitYml({
  logLevel = 'info',
  cpu = 256,
  count = 2,
  strategy = 'careful',
  worker = '',
}: Wishes = {}): string {
  return `
app: shop
region: eu-west-1
processes:
  default:
    count: ${count}
    cpu: ${cpu}
    strategy: ${strategy}
    readiness: { type: http, path: /healthz, timeoutMs: 15000 }
    env: { LOG_LEVEL: ${logLevel} }
  worker:
    command: [node, worker.js]
    stayRunningSeconds: 5
    ${worker}
strategies:
  careful: { type: canary, canaryPercent: 10, canaryBakeMinutes: 1 }
`
}

/** An app that CloudFormation made out of a tapit.yml. */
export type Provisioned = {
  readonly shop: Shop
  readonly cloudFormation: CloudFormation
  /** `cdk deploy`. */
  cdkDeploy(wishes?: Wishes, options?: { readonly fails?: boolean }): Promise<Deployed>
  /** What of the processes must not move: images, revisions, tasks, counts, and the weights of the load balancer. */
  whatRuns(): unknown
  close(): Promise<void>
}

export async function provision(wishes: Wishes = {}): Promise<Provisioned> {
  const shop = await openShop({ speed: 40, isEmpty: true })
  const { region, account } = shop.sandbox.world
  const stacks = cloudFormation({ url: shop.url, region, account })
  const cdkDeploy: Provisioned['cdkDeploy'] = (next = {}, options = {}) =>
    stacks.deploy('shop', templateOf(next), options)
  const foundation = await stacks.deploy('tapit-foundation', templatesOf(wishes)['tapit-foundation'] ?? none)
  const app = await cdkDeploy(wishes)
  for (const { reason } of [foundation, app]) if (reason !== undefined) throw new Error(reason)
  return {
    shop,
    cloudFormation: stacks,
    cdkDeploy,
    whatRuns: () => whatRuns(shop),
    close: () => shop.close(),
  }
}

const none: Template = { Resources: {} }

const synthesizedBefore = new Map<string, Readonly<Record<string, Template>>>()

function templatesOf(wishes: Wishes): Readonly<Record<string, Template>> {
  const text = tapitYml(wishes)
  const templates = synthesizedBefore.get(text) ?? synthesized(text)
  synthesizedBefore.set(text, templates)
  return templates
}

export function templateOf(wishes: Wishes): Template {
  return templatesOf(wishes)['shop'] ?? none
}

function whatRuns({ sandbox: { world } }: Shop): unknown {
  advanceWorld(world)
  const { ecs, elbv2 } = world.state
  const services = Object.values(ecs.services).map(({ name, settings, desiredCount, deployments }) => ({
    name,
    taskDefinition: settings.taskDefinition,
    desiredCount,
    deployments: deployments.map(({ id, status, rolloutState }) => ({ id, status, rolloutState })),
  }))
  const tasks = Object.values(ecs.tasks)
    .filter(({ lastStatus }) => lastStatus !== 'STOPPED')
    .map(({ arn, lastStatus, containers }) => [arn, lastStatus, containers.map(({ image }) => image)])
  const weights = Object.values(elbv2.rules).map(({ arn, actions }) => [
    arn,
    actions.flatMap(({ ForwardConfig }) => ForwardConfig?.TargetGroups ?? []),
  ])
  return { services, tasks, weights }
}
