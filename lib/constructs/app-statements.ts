import { Stack } from 'aws-cdk-lib'
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb'
import type * as ecr from 'aws-cdk-lib/aws-ecr'
import type * as ecs from 'aws-cdk-lib/aws-ecs'
import * as iam from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import {
  auditLogGroup,
  deploymentLogGroup,
  parameterPath,
  releaseFamily,
  repositoryName,
  runFamily,
  runtimeLogGroup,
} from '../names/aws.ts'
import { deployActions } from './deploy-actions.ts'

/** An app whose active images are promoted to this one: read, never changed. */
export interface PromotionSource {
  /** The app in its environment: the cluster's name. */
  readonly app: string
  /**
   * Its region, in the same account.
   * @default - that of the stack
   */
  readonly region?: string
}

/** What a role that works on an app has to do with. */
export interface AppReach {
  /** The app in its environment: the cluster's name. */
  readonly app: string
  /** The table of the records: `Foundation.tableOf`. */
  readonly table: dynamodb.ITable
  /** Where the app's images are. */
  readonly repositories: readonly ecr.IRepository[]
  /** What its tasks run as: the task and execution roles that a new revision names. */
  readonly roles: readonly iam.IRole[]
  /** The app's cluster. */
  readonly cluster: ecs.ICluster
  /**
   * The app's processes: it registers revisions of theirs only.
   * @default - of every process of an app whose name begins with this one's: `shop` also of those of `shop-staging`
   */
  readonly processes?: readonly string[]
  /**
   * The apps whose images may be promoted to this one.
   * @default - none: `tapit promote` takes a role of your own
   */
  readonly promotesFrom?: readonly PromotionSource[]
}

/** In characters. The CDK takes a policy apart that outgrows IAM's limits, statement by statement; so a statement must be small. */
const largestStatement = 2_000
/** Of an ARN that is known only in CloudFormation, such as that of a role. */
const arnAtMost = 100

/** What the roles of an app allow, in statements: `deploying` all that the CLI does, `asking` what comes before anything is changed. */
export class AppStatements {
  private readonly scope: Construct
  private readonly reach: AppReach

  constructor(scope: Construct, reach: AppReach) {
    this.scope = scope
    this.reach = reach
  }

  /** All that the CLI does to the app, approvals in anybody's name included. */
  deploying(): readonly iam.PolicyStatement[] {
    const { app } = this.reach
    const { readingRecords, writingRecords, deletingRecords } = deployActions
    return [
      ...this.changing(),
      ...this.looking(),
      this.records([...readingRecords, ...writingRecords, ...deletingRecords], [`${app}#*`]),
    ]
  }

  /** All that the CLI does to the app; what it approves stands under the `aws:userid` of whoever has the role. */
  approving(): readonly iam.PolicyStatement[] {
    const { app } = this.reach
    const { readingRecords, writingRecords, deletingRecords } = deployActions
    const lease = `${app}#lease`
    return [
      ...this.changing(),
      ...this.looking(),
      this.records(readingRecords, [`${app}#*`]),
      this.records(writingRecords, [...this.history(), lease, `${app}#approval#\${aws:userid}`]),
      this.records(deletingRecords, [lease]),
    ]
  }

  /** Images are pushed, deployments recorded and followed; without leases, ECS and approvals none of them begins. */
  asking(): readonly iam.PolicyStatement[] {
    const { app, repositories } = this.reach
    const { readingRecords, writingRecords, readingImages, pushing, seeingServices } = deployActions
    return [
      ...this.looking(),
      allow(seeingServices, this.ofServices(app)),
      ...onEach([...readingImages, ...pushing], arnsOf(repositories)),
      this.records(readingRecords, [`${app}#*`]),
      this.records(writingRecords, this.history()),
    ]
  }

  /** The partitions of what was deployed: who has approved it, and who is at work on it, stands in others. */
  private history(): readonly string[] {
    const { app } = this.reach
    return [`${app}#deployment`, `${app}#group`, `${app}#pointer`]
  }

  private changing(): readonly iam.PolicyStatement[] {
    const { app, repositories } = this.reach
    const { seeingServices, onServices, readingImages, pushing, deletingImages } = deployActions
    return [
      allow([...onServices, ...seeingServices], this.ofServices(app)),
      ...this.revisions(),
      ...this.tasks(),
      ...this.passing(),
      ...onEach([...readingImages, ...pushing, ...deletingImages], arnsOf(repositories)),
      this.scaling(),
      allow(deployActions.deregistering, ['*']),
    ]
  }

  /** Nothing of the app is changed by it. */
  private looking(): readonly iam.PolicyStatement[] {
    const { app, cluster, promotesFrom = [] } = this.reach
    return [
      allow(deployActions.lookingAround, [this.arn('ecs', 'service/*'), this.arn('ecs', 'task/*')]),
      allow(deployActions.onCluster, [cluster.clusterArn]),
      ...this.logs(),
      allow(deployActions.onSettings, [this.arn('ssm', `parameter${parameterPath(app)}*`)]),
      allow(deployActions.onAlarms, [this.arn('cloudwatch', 'alarm:*')]),
      allow(deployActions.anywhere, ['*']),
      ...promotesFrom.flatMap(source => this.source(source)),
    ]
  }

  private ofServices(app: string, region?: string): readonly string[] {
    const kinds = ['service', 'service-deployment', 'service-revision']
    return kinds.map(kind => this.arn('ecs', `${kind}/${app}/*`, region))
  }

  /**
   * Whoever registers a revision of a family decides what CloudFormation's next update of its service brings: only the app's own. Tags are
   * given with a registration alone, which that fences: naming its families twice would not fit into a role.
   */
  private revisions(): readonly iam.PolicyStatement[] {
    const { app, processes } = this.reach
    const families =
      processes === undefined
        ? [`${app}-*`]
        : [...processes.map(process => releaseFamily(app, process)), runFamily(app, '*')]
    return [
      ...onEach(
        deployActions.registering,
        families.map(family => this.arn('ecs', `task-definition/${family}:*`)),
      ),
      allow(deployActions.tagging, [this.arn('ecs', `task-definition/${app}-*:*`)], {
        StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' },
      }),
    ]
  }

  /** One-off tasks. What they may be of is fenced by the cluster, by the families that it registers, and by the roles that it passes. */
  private tasks(): readonly iam.PolicyStatement[] {
    const { app, cluster } = this.reach
    return [
      allow(deployActions.running, [this.arn('ecs', `task-definition/${app}-*:*`)], {
        ArnEquals: { 'ecs:cluster': cluster.clusterArn },
      }),
      allow(deployActions.onTasks, [cluster.clusterArn, this.arn('ecs', `task/${app}/*`)]),
    ]
  }

  private passing(): readonly iam.PolicyStatement[] {
    const toEcs = { 'iam:PassedToService': ['ecs-tasks.amazonaws.com', 'ecs.amazonaws.com'] }
    return onEach(
      deployActions.passing,
      this.reach.roles.map(({ roleArn }) => roleArn),
      { StringEquals: toEcs },
    )
  }

  /** Of services of ECS: which of them, what it may do to services decides. */
  private scaling(): iam.PolicyStatement {
    return allow(deployActions.scaling, [this.arn('application-autoscaling', 'scalable-target/*')], {
      StringEquals: { 'application-autoscaling:service-namespace': 'ecs' },
    })
  }

  /** Whatever else is attached to the role, the audit can only be appended to. */
  private logs(): readonly iam.PolicyStatement[] {
    const { app } = this.reach
    const audit = this.logGroup(`${auditLogGroup(app)}:*`)
    return [
      allow(deployActions.readingLogs, [this.logGroup(runtimeLogGroup(app, '*'))]),
      allow(deployActions.appending, [this.logGroup(`${deploymentLogGroup(app)}:*`), audit]),
      new iam.PolicyStatement({
        effect: iam.Effect.DENY,
        notActions: [...deployActions.appending],
        resources: [this.logGroup(auditLogGroup(app)), audit],
      }),
    ]
  }

  /** What a promotion reads of the app that it takes images from. */
  private source({ app, region }: PromotionSource): readonly iam.PolicyStatement[] {
    const { onCluster, lookingAround, seeingServices, readingImages, readingRecords } = deployActions
    const repository = repositoryName(app)
    return [
      allow(onCluster, [this.arn('ecs', `cluster/${app}`, region)]),
      allow(
        [...lookingAround, ...seeingServices],
        [...this.ofServices(app, region), this.arn('ecs', `task/${app}/*`, region)],
      ),
      allow(readingImages, [
        this.arn('ecr', `repository/${repository}`, region),
        this.arn('ecr', `repository/${repository}/*`, region),
      ]),
      this.records(readingRecords, [`${app}#*`], region),
    ]
  }

  /** `ForAllValues` also holds where there is no key at all: `Null` refuses that. */
  private records(
    actions: readonly string[],
    leadingKeys: readonly string[],
    region?: string,
  ): iam.PolicyStatement {
    const { table } = this.reach
    const arn =
      region === undefined ? table.tableArn : this.arn('dynamodb', `table/${table.tableName}`, region)
    return allow(actions, [arn], {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...leadingKeys] },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    })
  }

  private logGroup(name: string): string {
    return this.arn('logs', `log-group:${name}`)
  }

  private arn(service: string, resource: string, elsewhere?: string): string {
    const { partition, region, account } = Stack.of(this.scope)
    return `arn:${partition}:${service}:${elsewhere ?? region}:${account}:${resource}`
  }
}

function arnsOf(repositories: readonly ecr.IRepository[]): readonly string[] {
  return repositories.map(({ repositoryArn }) => repositoryArn)
}

/** No statement where there is no resource. */
function onEach(
  actions: readonly string[],
  resources: readonly string[],
  conditions?: Readonly<Record<string, object>>,
): readonly iam.PolicyStatement[] {
  return inParts(resources).map(part => allow(actions, part, conditions))
}

function inParts(arns: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = []
  let size = largestStatement
  for (const arn of arns) {
    const length = Math.max(arn.length, arnAtMost)
    if (size + length > largestStatement) {
      parts.push([])
      size = 0
    }
    parts.at(-1)?.push(arn)
    size += length
  }
  return parts
}

function allow(
  actions: readonly string[],
  resources: readonly string[],
  conditions?: Readonly<Record<string, object>>,
): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions: [...actions],
    resources: [...resources],
    ...(conditions && { conditions }),
  })
}
