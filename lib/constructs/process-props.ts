import type { Duration } from 'aws-cdk-lib'
import type * as ec2 from 'aws-cdk-lib/aws-ec2'
import type * as ecr from 'aws-cdk-lib/aws-ecr'
import type * as ecs from 'aws-cdk-lib/aws-ecs'
import type * as iam from 'aws-cdk-lib/aws-iam'
import type { RetentionDays } from 'aws-cdk-lib/aws-logs'
import type * as sns from 'aws-cdk-lib/aws-sns'
import type { ListenerRule, ScaleConfig, StrategyConfig } from '../config/app-config.ts'
import type { PublicLoadBalancer } from './public-load-balancer.ts'

export interface ProcessProps {
  /** The app in its environment: the name of its cluster, such as `shop-staging`. */
  readonly app: string
  /** The name of the process, and of its service. */
  readonly process: string
  /** The cluster that it runs in; it has the capacity providers FARGATE and FARGATE_SPOT. */
  readonly cluster: ecs.ICluster
  /** Where its images are. */
  readonly repository: ecr.IRepository
  /**
   * What the container runs.
   *
   * @default - the image's own command
   */
  readonly command?: string[]
  /**
   * CPU units; 1024 is one core.
   *
   * @default 256
   */
  readonly cpu?: number
  /**
   * MiB.
   *
   * @default 512
   */
  readonly memory?: number
  /**
   * Tasks, where nothing scales them. CloudFormation never sets it: the next `tapit create deploy` does.
   *
   * @default 1
   */
  readonly count?: number
  /**
   * How many images are kept to roll back to, from 1 to 1000. After each successful deploy the CLI deletes older ones of the repository that
   * nothing runs, no rollback needs and nobody pushed or pulled within a day, and deregisters older revisions. Where processes share a
   * repository the largest number counts.
   *
   * @default 10
   */
  readonly keepImages?: number
  /**
   * What its image is built for.
   *
   * @default ecs.CpuArchitecture.X86_64
   */
  readonly architecture?: ecs.CpuArchitecture
  /**
   * Run on Fargate Spot: cheaper, and interrupted at times.
   *
   * @default false
   */
  readonly spot?: boolean
  /**
   * Environment variables. What is secret belongs into `secrets`. `PORT` is that of a web process or an api, unless it is given here.
   *
   * @default - PORT alone; none for workers
   */
  readonly env?: Readonly<Record<string, string>>
  /**
   * Environment variables out of SSM parameters and Secrets Manager. The execution role may read these, and no others.
   *
   * @default - none
   */
  readonly secrets?: Readonly<Record<string, ecs.Secret>>
  /**
   * What the process may do in AWS. A change counts at once, also for the tasks that run.
   *
   * @default - nothing
   */
  readonly permissions?: iam.PolicyStatement[]
  /**
   * How traffic moves to a new revision.
   *
   * @default - a rolling update: at least 100 %, at most 200 % of the tasks
   */
  readonly strategy?: StrategyConfig
  /**
   * Others that a single deploy may name (`strategy=careful`), as `AppSettings` publishes them. Their alarms are made as well.
   *
   * @default - none: deployments are guarded by the alarms of `strategy` alone
   */
  readonly strategies?: readonly StrategyConfig[]
  /**
   * How long a process without any health check must run to count as good.
   *
   * @default - 15 seconds, which the CLI decides
   */
  readonly stayRunning?: Duration
  /**
   * How long its log is kept. The log group outlives the stack.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays
  /**
   * A root filesystem that cannot be written, with a writable /tmp. The volume there belongs to root: an image that runs as somebody else
   * says `VOLUME /tmp` in its Dockerfile, so that the volume takes over the rights of the image's own /tmp.
   *
   * @default false
   */
  readonly readOnlyRootFilesystem?: boolean
  /**
   * Who the container runs as: a name or number, with or without a group.
   *
   * @default - the image's own user
   */
  readonly user?: string
  /**
   * From SIGTERM to SIGKILL; at most 120 seconds.
   *
   * @default Duration.seconds(30)
   */
  readonly stopTimeout?: Duration
  /**
   * Let `tapit exec` and `aws ecs execute-command` into the tasks: their role may then speak with Session Manager.
   *
   * @default false
   */
  readonly enableExecuteCommand?: boolean
  /**
   * Auto scaling; `count` is then left to it.
   *
   * @default - the number of tasks stays what it is set to
   */
  readonly scaling?: ScaleConfig
  /**
   * Where its tasks are.
   *
   * @default - the private subnets of the cluster's network that reach the internet
   */
  readonly vpcSubnets?: ec2.SubnetSelection
  /**
   * The security groups of its tasks.
   *
   * @default - one of its own, that lets in nothing but the load balancer
   */
  readonly securityGroups?: ec2.ISecurityGroup[]
  /**
   * What is run in the container to find out whether a worker is ready; exit code 0 is ready.
   *
   * @default - a worker counts as ready when it runs
   */
  readonly healthCheckCommand?: string[]
  /**
   * How long a new task may take to become ready; at most 5 minutes.
   *
   * @default - 30 seconds where there is a readiness path or a health check command, else ECS alone judges
   */
  readonly readinessTimeout?: Duration
  /**
   * When its alarms ring, and whom they tell.
   *
   * @default - no alarms, but for those that the strategy rolls back on
   */
  readonly alarms?: ProcessAlarmSettings
}

export interface ProcessAlarmSettings {
  /** Answers with a 5xx, in percent. */
  readonly errorPercent: number
  /** The 95th percentile of the answers' time. */
  readonly latencyMs: number
  /**
   * Who hears of it.
   *
   * @default - nobody: the alarms are seen in the console
   */
  readonly topic?: sns.ITopic
}

export interface LoadBalancedProcessProps extends ProcessProps {
  /** The load balancer in front. */
  readonly loadBalancer: PublicLoadBalancer
  /** What leads to the process. One rule can be switched by blue-green, canary and linear deployments; more than one cannot. */
  readonly rules: readonly ListenerRule[]
  /**
   * Where the container listens. It stays what it was at the first `cdk deploy`: CloudFormation refuses to change it.
   *
   * @default 8080
   */
  readonly port?: number
  /**
   * The path that answers 2xx once a task is ready. A change counts at once, also for the tasks that run.
   *
   * @default - any answer at `/` but a 5xx will do
   */
  readonly readinessPath?: string
  /**
   * How long a task that goes may still finish its requests.
   *
   * @default Duration.seconds(30)
   */
  readonly drain?: Duration
  /**
   * Where people reach it; the CLI shows it.
   *
   * @default - the load balancer's own name
   */
  readonly url?: string
}
