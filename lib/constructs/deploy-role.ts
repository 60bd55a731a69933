import { Stack } from 'aws-cdk-lib'
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb'
import type * as ecr from 'aws-cdk-lib/aws-ecr'
import type * as ecs from 'aws-cdk-lib/aws-ecs'
import * as iam from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import {
  auditLogGroup,
  deployRoleName,
  deploymentLogGroup,
  githubIssuer,
  parameterPath,
  releaseFamily,
  runFamily,
  runtimeLogGroup,
} from '../names/aws.ts'
import { acceptWildcards } from './accept-wildcards.ts'
import { deployActions } from './deploy-actions.ts'

export interface DeployRoleProps {
  /** The app in its environment: the cluster's name. */
  readonly app: string
  /** The GitHub environment whose jobs may deploy. */
  readonly environment: string
  /** The GitHub repository whose jobs may deploy: `owner/name`, or with its ids `owner@<id>/name@<id>`. */
  readonly github: string
  /** GitHub's OIDC provider: `Foundation.githubProviderOf`. */
  readonly provider: iam.IOpenIdConnectProvider
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
}

/**
 * What a job of GitHub Actions deploys as: only jobs of this repository in this environment can assume it, and it can do what the CLI does
 * to this app.
 */
export class DeployRole extends Construct {
  readonly role: iam.Role

  constructor(scope: Construct, id: string, props: DeployRoleProps) {
    super(scope, id)
    const { app, environment, github, provider, table, repositories, roles, cluster, processes } = props
    refuseUnfit(github)

    this.role = new iam.Role(this, 'Resource', {
      roleName: deployRoleName(app),
      description: `Deploys ${app}: jobs of ${github} in the environment ${environment}`,
      assumedBy: jobsOf({ github, environment, provider }),
    })
    this.allow([
      ...this.services(app, cluster),
      ...this.revisions(app, [
        ...(processes?.map(process => releaseFamily(app, process)) ?? [`${app}-*`]),
        ...(processes === undefined ? [] : [runFamily(app, '*')]),
      ]),
      ...this.tasks(app, cluster),
      ...passing(roles),
      ...this.images(repositories),
      ...this.logs(app),
      this.settings(app),
      records(app, table),
      this.alarms(),
      this.scaling(),
      allow(deployActions.anywhere, ['*']),
    ])
  }

  private allow(statements: readonly iam.PolicyStatement[]): void {
    for (const statement of statements) this.role.addToPolicy(statement)
    const allowed = statements.filter(({ effect }) => effect === iam.Effect.ALLOW)
    acceptWildcards(
      this,
      allowed.flatMap(({ resources }) => resources),
      "The app's own services, tasks, revisions, logs and settings, whose names are known only when they are there; `*` alone for what AWS lets nobody fence (lib/constructs/deploy-actions.ts).",
    )
  }

  private services(app: string, cluster: ecs.ICluster): readonly iam.PolicyStatement[] {
    const ofServices = ['service', 'service-deployment', 'service-revision']
    return [
      allow(deployActions.lookingAround, [this.arn('ecs', 'service/*'), this.arn('ecs', 'task/*')]),
      allow(deployActions.onCluster, [cluster.clusterArn]),
      allow(
        deployActions.onServices,
        ofServices.map(resource => this.arn('ecs', `${resource}/${app}/*`)),
      ),
    ]
  }

  /**
   * Whoever registers a revision of a family decides what CloudFormation's next update of its service brings: only the app's own. Tags are
   * given with a registration alone, which that fences: naming its families twice would not fit into a role.
   */
  private revisions(app: string, families: readonly string[]): readonly iam.PolicyStatement[] {
    return [
      allow(
        deployActions.registering,
        families.map(family => this.arn('ecs', `task-definition/${family}:*`)),
      ),
      allow(deployActions.tagging, [this.arn('ecs', `task-definition/${app}-*:*`)], {
        StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' },
      }),
    ]
  }

  /** One-off tasks. What they may be of is fenced by the cluster, by the families that it registers, and by the roles that it passes. */
  private tasks(app: string, cluster: ecs.ICluster): readonly iam.PolicyStatement[] {
    return [
      allow(deployActions.running, [this.arn('ecs', `task-definition/${app}-*:*`)], {
        ArnEquals: { 'ecs:cluster': cluster.clusterArn },
      }),
      allow(deployActions.onTasks, [cluster.clusterArn, this.arn('ecs', `task/${app}/*`)]),
    ]
  }

  private images(repositories: readonly ecr.IRepository[]): readonly iam.PolicyStatement[] {
    if (repositories.length === 0) return []
    const arns = repositories.map(({ repositoryArn }) => repositoryArn)
    return [allow(deployActions.onRepositories, arns)]
  }

  /** Whatever else is attached to the role, the audit can only be appended to. */
  private logs(app: string): readonly iam.PolicyStatement[] {
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

  private settings(app: string): iam.PolicyStatement {
    return allow(deployActions.onSettings, [this.arn('ssm', `parameter${parameterPath(app)}*`)])
  }

  private alarms(): iam.PolicyStatement {
    return allow(deployActions.onAlarms, [this.arn('cloudwatch', 'alarm:*')])
  }

  /** Of services of ECS: which of them, what it may do to services decides. */
  private scaling(): iam.PolicyStatement {
    return allow(deployActions.scaling, [this.arn('application-autoscaling', 'scalable-target/*')], {
      StringEquals: { 'application-autoscaling:service-namespace': 'ecs' },
    })
  }

  private logGroup(name: string): string {
    return this.arn('logs', `log-group:${name}`)
  }

  private arn(service: string, resource: string): string {
    const { partition, region, account } = Stack.of(this)
    return `arn:${partition}:${service}:${region}:${account}:${resource}`
  }
}

function refuseUnfit(github: string): void {
  if (!/^[\w.-]+\/[\w.-]+$|^[\w.-]+@\d+\/[\w.-]+@\d+$/.test(github))
    throw new Error(
      `'github' must be a repository written as owner/name or owner@<id>/name@<id>, got '${github}'`,
    )
}

/** Both claims are compared as a whole: without `sub` any repository on GitHub could deploy. */
function jobsOf({
  github,
  environment,
  provider,
}: Pick<DeployRoleProps, 'github' | 'environment' | 'provider'>): iam.IPrincipal {
  return new iam.WebIdentityPrincipal(provider.openIdConnectProviderArn, {
    StringEquals: {
      [`${githubIssuer}:aud`]: 'sts.amazonaws.com',
      [`${githubIssuer}:sub`]: `repo:${github}:environment:${environment}`,
    },
  })
}

function passing(roles: readonly iam.IRole[]): readonly iam.PolicyStatement[] {
  if (roles.length === 0) return []
  const arns = roles.map(({ roleArn }) => roleArn)
  const toEcs = { 'iam:PassedToService': ['ecs-tasks.amazonaws.com', 'ecs.amazonaws.com'] }
  return [allow(deployActions.passing, arns, { StringEquals: toEcs })]
}

/** `ForAllValues` also holds where there is no key at all: `Null` refuses that. */
function records(app: string, table: dynamodb.ITable): iam.PolicyStatement {
  return allow(deployActions.onRecords, [table.tableArn], {
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${app}#*`] },
    Null: { 'dynamodb:LeadingKeys': 'false' },
  })
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
