import { Duration, Validations } from 'aws-cdk-lib'
import * as ecs from 'aws-cdk-lib/aws-ecs'
import type * as iam from 'aws-cdk-lib/aws-iam'
import type * as logs from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { templateFamily } from '../names/aws.ts'
import type { ProcessProps } from './process-props.ts'

export interface ProcessTemplateProps extends Pick<
  ProcessProps,
  | 'app'
  | 'process'
  | 'repository'
  | 'command'
  | 'cpu'
  | 'memory'
  | 'architecture'
  | 'env'
  | 'secrets'
  | 'permissions'
  | 'readOnlyRootFilesystem'
  | 'user'
  | 'stopTimeout'
  | 'healthCheckCommand'
> {
  /** Where the container's output goes. */
  readonly logGroup: logs.ILogGroup
  /**
   * Where the container listens.
   *
   * @default - nowhere
   */
  readonly port?: number
  /** How long the health check command may fail at the start. */
  readonly readinessTimeout: Duration
}

/** Every ten seconds, and three times in a row before a task is given up. */
const check = { interval: 10, timeout: 5, retries: 3 } as const

/**
 * The template of a process: everything that its tasks are made of, but for the image. Its family is CloudFormation's alone; each deployment
 * makes a revision of the release family out of the newest one here.
 */
export class ProcessTemplate extends Construct {
  readonly definition: ecs.FargateTaskDefinition
  readonly container: ecs.ContainerDefinition
  /** What the process acts as. */
  readonly taskRole: iam.IRole
  /** What ECS starts it with: pulls the image, reads the secrets, writes the log. */
  readonly executionRole: iam.IRole

  constructor(
    scope: Construct,
    id: string,
    {
      app,
      process,
      cpu = 256,
      memory = 512,
      architecture = ecs.CpuArchitecture.X86_64,
      permissions = [],
      readOnlyRootFilesystem = false,
      ...props
    }: ProcessTemplateProps,
  ) {
    super(scope, id)
    this.definition = new ecs.FargateTaskDefinition(this, 'Definition', {
      family: templateFamily(app, process),
      cpu,
      memoryLimitMiB: memory,
      runtimePlatform: {
        cpuArchitecture: architecture,
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
    })
    this.container = this.defineContainer(process, { ...props, readOnlyRootFilesystem })
    if (readOnlyRootFilesystem) this.defineTemporaryFiles()
    for (const statement of permissions) this.definition.addToTaskRolePolicy(statement)
    this.taskRole = this.definition.taskRole
    this.executionRole = this.definition.obtainExecutionRole()
    this.giveReasons()
  }

  private defineContainer(
    process: string,
    {
      repository,
      command,
      env,
      secrets,
      readOnlyRootFilesystem,
      user,
      stopTimeout = Duration.seconds(30),
      healthCheckCommand,
      readinessTimeout,
      logGroup,
      port,
    }: Omit<ProcessTemplateProps, 'app' | 'process'>,
  ): ecs.ContainerDefinition {
    return this.definition.addContainer('Container', {
      containerName: process,
      // Only the repository's name counts: each deployment pins a digest.
      image: ecs.ContainerImage.fromEcrRepository(repository, 'latest'),
      essential: true,
      command,
      environment: environmentOf({ env, secrets, port }),
      secrets: secrets && { ...secrets },
      readonlyRootFilesystem: readOnlyRootFilesystem,
      user,
      stopTimeout,
      linuxParameters: new ecs.LinuxParameters(this, 'Linux', { initProcessEnabled: true }),
      healthCheck: healthCheckCommand && healthCheck(healthCheckCommand, readinessTimeout),
      logging: ecs.LogDrivers.awsLogs({
        logGroup,
        streamPrefix: process,
        mode: ecs.AwsLogDriverMode.NON_BLOCKING,
      }),
      portMappings: port === undefined ? undefined : [{ containerPort: port, protocol: ecs.Protocol.TCP }],
    })
  }

  private defineTemporaryFiles(): void {
    this.definition.addVolume({ name: 'tmp' })
    this.container.addMountPoints({ containerPath: '/tmp', sourceVolume: 'tmp', readOnly: false })
  }

  private giveReasons(): void {
    Validations.of(this.definition).acknowledge({
      id: 'AwsSolutions-ECS2',
      reason:
        'Settings that are no secret are environment variables; what is secret comes out of SSM and Secrets Manager.',
    })
    Validations.of(this.executionRole).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'ecr:GetAuthorizationToken knows no resources.',
    })
  }
}

/** The failures of the start period don't count, and only then the retries begin: both together are the time that readiness may take. */
function healthCheck(command: readonly string[], readinessTimeout: Duration): ecs.HealthCheck {
  const startPeriod =
    Math.ceil(readinessTimeout.toSeconds({ integral: false })) - check.interval * check.retries
  return {
    command: ['CMD', ...command],
    interval: Duration.seconds(check.interval),
    timeout: Duration.seconds(check.timeout),
    retries: check.retries,
    startPeriod: startPeriod > 0 ? Duration.seconds(startPeriod) : undefined,
  }
}

/** Most apps listen where `PORT` says, and a load balancer asks where tapit.yml says. */
function environmentOf({
  env,
  secrets = {},
  port,
}: Pick<ProcessTemplateProps, 'env' | 'secrets' | 'port'>): Record<string, string> | undefined {
  if (port === undefined || Object.hasOwn(secrets, 'PORT')) return env && { ...env }
  return { PORT: String(port), ...env }
}
