/* oxlint-disable no-new -- A construct belongs to its scope from the moment that it is made. */
import { App, Duration, Fn, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib'
import * as scaling from 'aws-cdk-lib/aws-applicationautoscaling'
import * as acm from 'aws-cdk-lib/aws-certificatemanager'
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as ecr from 'aws-cdk-lib/aws-ecr'
import * as ecs from 'aws-cdk-lib/aws-ecs'
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import * as events from 'aws-cdk-lib/aws-events'
import * as eventTargets from 'aws-cdk-lib/aws-events-targets'
import * as iam from 'aws-cdk-lib/aws-iam'
import * as kms from 'aws-cdk-lib/aws-kms'
import * as logs from 'aws-cdk-lib/aws-logs'
import * as s3 from 'aws-cdk-lib/aws-s3'
import * as scheduler from 'aws-cdk-lib/aws-scheduler'
import * as sns from 'aws-cdk-lib/aws-sns'
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions'
import * as ssm from 'aws-cdk-lib/aws-ssm'

/**
 * The infrastructure of examples/shop as somebody without tapit would write it: one file, CDK's own L2s, the same resources. What the synthesis
 * of tapit's is compared with; the bench refuses to compare when the resources differ.
 */

type Environment = {
  readonly cluster: string
  readonly name: string
  readonly natGateways: number
  readonly isProduction: boolean
}

type Process = {
  readonly name: string
  readonly port?: number
  readonly path?: string
  readonly repository: ecr.Repository
  readonly cpu: number
  readonly memory: number
  readonly command?: string[]
  readonly env?: Record<string, string>
  readonly secrets?: Record<string, ecs.Secret>
  readonly rule?: {
    readonly priority: number
    readonly conditions: elb.ListenerCondition[]
    readonly strip?: string
  }
}

const app = new App()
const env = { region: 'eu-west-1' }
defineFoundation()
defineShop({ cluster: 'shop-staging', name: 'staging', natGateways: 1, isProduction: false })
defineShop({ cluster: 'shop', name: 'production', natGateways: 2, isProduction: true })
app.synth()

function defineFoundation(): void {
  const stack = new Stack(app, 'tapit-foundation', { env, terminationProtection: true })
  new dynamodb.Table(stack, 'Table', {
    tableName: 'tapit',
    partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
    sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    encryption: dynamodb.TableEncryption.AWS_MANAGED,
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  })
  new iam.OidcProviderNative(stack, 'Github', {
    url: 'https://token.actions.githubusercontent.com',
    clientIds: ['sts.amazonaws.com'],
    removalPolicy: RemovalPolicy.RETAIN,
  })
}

function defineShop(environment: Environment): void {
  const { cluster: name, isProduction } = environment
  const stack = new Stack(app, name, { env, terminationProtection: true })

  const vpc = new ec2.Vpc(stack, 'Vpc', {
    availabilityZones: [Fn.select(0, Fn.getAzs()), Fn.select(1, Fn.getAzs())],
    natGateways: environment.natGateways,
    subnetConfiguration: [
      { name: 'public', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: false, cidrMask: 24 },
      { name: 'private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
    ],
    restrictDefaultSecurityGroup: false,
  })
  vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 })
  const flowLogs = new logs.LogGroup(stack, 'FlowLogs', { retention: logs.RetentionDays.ONE_MONTH })
  vpc.addFlowLog('FlowLog', { destination: ec2.FlowLogDestination.toCloudWatchLogs(flowLogs) })

  const cluster = new ecs.Cluster(stack, 'Cluster', {
    clusterName: name,
    vpc,
    enableFargateCapacityProviders: true,
    containerInsightsV2: ecs.ContainerInsights.ENHANCED,
  })
  Tags.of(cluster).add('tapit:environment', environment.name)

  const [shared, own] = [
    defineRepository(stack, 'Shared', name),
    defineRepository(stack, 'Backoffice', `${name}/backoffice`),
  ]
  for (const kind of ['deployments', 'audit']) {
    new logs.LogGroup(stack, `Log-${kind}`, {
      logGroupName: `/tapit/${name}/${kind}`,
      retention: kind === 'audit' ? logs.RetentionDays.TEN_YEARS : logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.RETAIN,
    })
  }
  new ssm.StringParameter(stack, 'Careful', {
    parameterName: `/tapit/${name}/strategies/careful`,
    stringValue: JSON.stringify({ type: 'canary', canaryPercent: 10, canaryBakeMinutes: 5 }),
  })
  const topic = defineNotifications(stack, { name, cluster, isProduction })
  const { production, test } = defineLoadBalancer(stack, { name, vpc, isProduction })

  const processes: readonly Process[] = [
    {
      name: 'default',
      port: 8080,
      path: '/healthz',
      repository: shared,
      cpu: 512,
      memory: 1024,
      env: { LOG_LEVEL: isProduction ? 'warn' : 'info' },
      secrets: {
        DATABASE_URL: ecs.Secret.fromSsmParameter(
          ssm.StringParameter.fromSecureStringParameterAttributes(stack, 'DatabaseUrl', {
            parameterName: '/shop/database-url',
          }),
        ),
      },
      rule: { priority: 2, conditions: conditionsOf(isProduction, ['/*']) },
    },
    {
      name: 'backoffice',
      port: 3000,
      path: '/ready',
      repository: own,
      cpu: 256,
      memory: 512,
      rule: { priority: 1, conditions: conditionsOf(isProduction, ['/api', '/api/*']), strip: '/api' },
    },
    {
      name: 'worker',
      repository: shared,
      cpu: 256,
      memory: 512,
      command: ['node', 'worker.js'],
      env: { QUEUE: 'orders' },
    },
  ]

  const roles: iam.IRole[] = []
  const rows: cloudwatch.IWidget[][] = []
  for (const process of processes) {
    const { service, definition, bootstrap, group, targetGroups } = defineProcess(stack, {
      process,
      name,
      cluster,
      vpc,
      production,
      test,
    })
    roles.push(definition.taskRole, definition.obtainExecutionRole())
    const isCareful = isProduction && process.name === 'default'
    rows.push(defineAlarms(stack, { process, name, topic, targetGroups, service }))
    if (process.name === 'backoffice') {
      definition.addToTaskRolePolicy(
        new iam.PolicyStatement({
          actions: ['s3:GetObject'],
          resources: ['arn:aws:s3:::example-shop-reports/*'],
        }),
      )
    }
    if (isCareful) {
      new scaling.ScalableTarget(stack, 'Scaling', {
        serviceNamespace: scaling.ServiceNamespace.ECS,
        scalableDimension: 'ecs:service:DesiredCount',
        resourceId: `service/${cluster.clusterName}/${service.serviceName}`,
        minCapacity: 2,
        maxCapacity: 10,
        role: iam.Role.fromRoleArn(
          stack,
          'ScalingRole',
          `arn:aws:iam::${stack.account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
        ),
      }).scaleToTrackMetric('Cpu', {
        predefinedMetric: scaling.PredefinedMetric.ECS_SERVICE_AVERAGE_CPU_UTILIZATION,
        targetValue: 60,
      })
    }
    if (process.name === 'worker') defineSchedule(stack, { name, cluster, vpc, group, definition, bootstrap })
  }
  new cloudwatch.Dashboard(stack, 'Dashboard', {
    dashboardName: `tapit-${name}`,
    defaultInterval: Duration.hours(3),
    widgets: rows,
  })
  defineDeployRole(stack, {
    name,
    environment: environment.name,
    roles,
    repositories: [shared, own],
    cluster,
  })
}

function conditionsOf(isProduction: boolean, paths: string[]): elb.ListenerCondition[] {
  return [
    ...(isProduction ? [elb.ListenerCondition.hostHeaders(['shop.example.com'])] : []),
    elb.ListenerCondition.pathPatterns(paths),
  ]
}

function defineRepository(stack: Stack, id: string, repositoryName: string): ecr.Repository {
  return new ecr.Repository(stack, id, {
    repositoryName,
    imageTagMutability: ecr.TagMutability.IMMUTABLE_WITH_EXCLUSION,
    imageTagMutabilityExclusionFilters: ['latest', 'buildcache*', 'env-*'].map(tag =>
      ecr.ImageTagMutabilityExclusionFilter.wildcard(tag),
    ),
    imageScanOnPush: true,
    removalPolicy: RemovalPolicy.RETAIN,
  })
}

function defineNotifications(
  stack: Stack,
  { name, cluster, isProduction }: { name: string; cluster: ecs.Cluster; isProduction: boolean },
): sns.Topic {
  const masterKey = new kms.Key(stack, 'Key', {
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.DESTROY,
  })
  masterKey.addToResourcePolicy(
    new iam.PolicyStatement({
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
      resources: ['*'],
    }),
  )
  const topic = new sns.Topic(stack, 'Topic', { displayName: name, masterKey, enforceSSL: true })
  topic.addToResourcePolicy(
    new iam.PolicyStatement({
      actions: ['sns:Publish'],
      principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
    }),
  )
  if (isProduction) topic.addSubscription(new subscriptions.EmailSubscription('oncall@example.com'))
  const stopped = { clusterArn: [cluster.clusterArn], lastStatus: ['STOPPED'] }
  const patterns: Record<string, events.EventPattern> = {
    FailedDeployments: {
      detailType: ['ECS Deployment State Change'],
      resources: events.Match.prefix(`arn:aws:ecs:${stack.region}:${stack.account}:service/${name}/`),
      detail: { eventName: ['SERVICE_DEPLOYMENT_FAILED'] },
    },
    ServiceTrouble: {
      detailType: ['ECS Service Action'],
      detail: { clusterArn: [cluster.clusterArn], eventType: ['ERROR', 'WARN'] },
    },
    NeverStarted: {
      detailType: ['ECS Task State Change'],
      detail: { ...stopped, stopCode: ['TaskFailedToStart'] },
    },
    Exited: {
      detailType: ['ECS Task State Change'],
      detail: {
        ...stopped,
        stopCode: ['EssentialContainerExited'],
        containers: { exitCode: events.Match.anythingBut(0) },
      },
    },
  }
  for (const [id, pattern] of Object.entries(patterns)) {
    const message = `${name}: ${events.EventField.fromPath('$.detail-type')} ${events.EventField.fromPath('$.resources[0]')}`
    new events.Rule(stack, id, {
      eventPattern: { source: ['aws.ecs'], ...pattern },
      targets: [new eventTargets.SnsTopic(topic, { message: events.RuleTargetInput.fromText(message) })],
    })
  }
  return topic
}

function defineLoadBalancer(
  stack: Stack,
  { name, vpc, isProduction }: { name: string; vpc: ec2.Vpc; isProduction: boolean },
): { production: elb.ApplicationListener; test: elb.ApplicationListener } {
  const securityGroup = new ec2.SecurityGroup(stack, 'LoadBalancerGroup', { vpc, allowAllOutbound: false })
  const loadBalancer = new elb.ApplicationLoadBalancer(stack, 'LoadBalancer', {
    loadBalancerName: name,
    vpc,
    internetFacing: true,
    securityGroup,
    deletionProtection: true,
    dropInvalidHeaderFields: true,
  })
  loadBalancer.logAccessLogs(
    new s3.Bucket(stack, 'AccessLogs', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [
        { expiration: Duration.days(90), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    }),
  )
  const defaultAction = elb.ListenerAction.fixedResponse(404, {
    contentType: 'text/plain',
    messageBody: 'Not found',
  })
  if (!isProduction) {
    return {
      production: loadBalancer.addListener('Http', { port: 80, open: true, defaultAction }),
      test: loadBalancer.addListener('Test', {
        port: 8080,
        protocol: elb.ApplicationProtocol.HTTP,
        open: false,
        defaultAction,
      }),
    }
  }
  const certificates = [
    acm.Certificate.fromCertificateArn(
      stack,
      'Certificate',
      'arn:aws:acm:eu-west-1:111122223333:certificate/0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9',
    ),
  ]
  const https = {
    protocol: elb.ApplicationProtocol.HTTPS,
    certificates,
    sslPolicy: elb.SslPolicy.RECOMMENDED_TLS,
    defaultAction,
  }
  loadBalancer.addListener('Http', {
    port: 80,
    open: true,
    defaultAction: elb.ListenerAction.redirect({ port: '443', protocol: 'HTTPS', permanent: true }),
  })
  return {
    production: loadBalancer.addListener('Https', { ...https, port: 443, open: true }),
    test: loadBalancer.addListener('Test', { ...https, port: 8443, open: false }),
  }
}

type ProcessOptions = {
  readonly process: Process
  readonly name: string
  readonly cluster: ecs.Cluster
  readonly vpc: ec2.Vpc
  readonly production: elb.ApplicationListener
  readonly test: elb.ApplicationListener
}

type Defined = {
  readonly service: ecs.FargateService
  readonly definition: ecs.FargateTaskDefinition
  readonly bootstrap: ecs.CfnTaskDefinition
  readonly group: ec2.SecurityGroup
  readonly targetGroups: readonly elb.ApplicationTargetGroup[]
}

function defineProcess(
  stack: Stack,
  { process, name, cluster, vpc, production, test }: ProcessOptions,
): Defined {
  const { port } = process
  const definition = new ecs.FargateTaskDefinition(stack, `${process.name}-template`, {
    family: `${name}-${process.name}-template`,
    cpu: process.cpu,
    memoryLimitMiB: process.memory,
    runtimePlatform: {
      cpuArchitecture: ecs.CpuArchitecture.X86_64,
      operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
    },
  })
  definition.addContainer('Container', {
    containerName: process.name,
    image: ecs.ContainerImage.fromEcrRepository(process.repository, 'latest'),
    command: process.command,
    environment: process.env,
    secrets: process.secrets,
    stopTimeout: Duration.seconds(30),
    linuxParameters: new ecs.LinuxParameters(stack, `${process.name}-linux`, { initProcessEnabled: true }),
    logging: ecs.LogDrivers.awsLogs({
      logGroup: new logs.LogGroup(stack, `${process.name}-log`, {
        logGroupName: `/tapit/${name}/${process.name}`,
        retention: logs.RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.RETAIN,
      }),
      streamPrefix: process.name,
      mode: ecs.AwsLogDriverMode.NON_BLOCKING,
    }),
    portMappings: port === undefined ? undefined : [{ containerPort: port }],
  })
  const bootstrap = new ecs.CfnTaskDefinition(stack, `${process.name}-bootstrap`, {
    family: `${name}-${process.name}`,
    cpu: '256',
    memory: '512',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    containerDefinitions: [
      {
        name: process.name,
        image: 'public.ecr.aws/docker/library/nginx:stable-alpine',
        essential: true,
        ...(port !== undefined && { portMappings: [{ containerPort: port, protocol: 'tcp' }] }),
      },
    ],
  })
  const group = new ec2.SecurityGroup(stack, `${process.name}-group`, { vpc })
  const service = new ecs.FargateService(stack, `${process.name}-service`, {
    cluster,
    serviceName: process.name,
    taskDefinition: definition,
    capacityProviderStrategies: [{ capacityProvider: 'FARGATE', weight: 1 }],
    assignPublicIp: false,
    vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
    securityGroups: [group],
    healthCheckGracePeriod: port === undefined ? undefined : Duration.seconds(30),
    minHealthyPercent: 100,
    circuitBreaker: { rollback: true },
  })
  const tags = {
    process: process.name,
    repository: process.repository.repositoryUri,
    template: definition.family,
  }
  for (const [key, value] of Object.entries(tags)) Tags.of(service).add(`tapit:${key}`, value)
  const targetGroups = defineTraffic(stack, { process, name, vpc, service, production, test })
  bootstrap.node.addDependency(...targetGroups)
  service.node.addDependency(bootstrap, cluster)
  const resource = service.node.findChild('Service')
  if (resource instanceof ecs.CfnService) resource.taskDefinition = `${name}-${process.name}`
  return { service, definition, bootstrap, group, targetGroups }
}

function defineTraffic(
  stack: Stack,
  {
    process,
    name,
    vpc,
    service,
    production,
    test,
  }: Omit<ProcessOptions, 'cluster'> & { readonly service: ecs.FargateService },
): readonly elb.ApplicationTargetGroup[] {
  const { port, rule } = process
  if (port === undefined || rule === undefined) return []
  const [blue, green] = ['blue', 'green'].map(
    color =>
      new elb.ApplicationTargetGroup(stack, `${process.name}-${color}`, {
        targetGroupName: `${name}-${process.name}-${color}`,
        vpc,
        port,
        protocol: elb.ApplicationProtocol.HTTP,
        targetType: elb.TargetType.IP,
        deregistrationDelay: Duration.seconds(30),
        healthCheck: { path: process.path, interval: Duration.seconds(10), healthyHttpCodes: '200-299' },
      }),
  )
  if (blue === undefined || green === undefined) return []
  const [productionRule, testRule] = [production, test].map((listener, index) => {
    const made = new elb.ApplicationListenerRule(stack, `${process.name}-rule-${index}`, {
      listener,
      priority: rule.priority,
      conditions: rule.conditions,
      action: elb.ListenerAction.weightedForward([
        { targetGroup: blue, weight: 100 },
        { targetGroup: green, weight: 0 },
      ]),
    })
    const { defaultChild } = made.node
    if (rule.strip !== undefined && defaultChild instanceof elb.CfnListenerRule) {
      defaultChild.transforms = [
        {
          type: 'url-rewrite',
          urlRewriteConfig: { rewrites: [{ regex: `^${rule.strip}/?(.*)$`, replace: '/$1' }] },
        },
      ]
    }
    return made
  })
  if (productionRule === undefined || testRule === undefined) return []
  const role = new iam.Role(stack, `${process.name}-infrastructure`, {
    assumedBy: new iam.ServicePrincipal('ecs.amazonaws.com'),
    managedPolicies: [
      iam.ManagedPolicy.fromAwsManagedPolicyName('AmazonECSInfrastructureRolePolicyForLoadBalancers'),
    ],
  })
  service
    .loadBalancerTarget({
      containerName: process.name,
      containerPort: port,
      alternateTarget: new ecs.AlternateTarget(`${process.name}-alternate`, {
        alternateTargetGroup: green,
        productionListener: ecs.ListenerRuleConfiguration.applicationListenerRule(productionRule),
        testListener: ecs.ListenerRuleConfiguration.applicationListenerRule(testRule),
        role,
      }),
    })
    .attachToApplicationTargetGroup(blue)
  return [blue, green]
}

type AlarmsOptions = {
  readonly process: Process
  readonly name: string
  readonly topic: sns.Topic
  readonly service: ecs.FargateService
  readonly targetGroups: readonly elb.ApplicationTargetGroup[]
}

/** The alarms of a process, and its row of the dashboard. */
function defineAlarms(
  stack: Stack,
  { process, name, topic, targetGroups }: AlarmsOptions,
): cloudwatch.IWidget[] {
  const period = Duration.minutes(1)
  const dimensionsMap = { ClusterName: name, ServiceName: process.name }
  const ofService = (namespace: string, metricName: string): cloudwatch.Metric =>
    new cloudwatch.Metric({ namespace, metricName, dimensionsMap, period })
  const both = (
    what: string,
    expression: string,
    metrics: readonly cloudwatch.IMetric[],
  ): cloudwatch.MathExpression =>
    new cloudwatch.MathExpression({
      label: what,
      expression: `${expression}([${metrics.map((_, index) => `FILL(${what}${index}, 0)`).join(', ')}])`,
      usingMetrics: Object.fromEntries(metrics.map((metric, index) => [`${what}${index}`, metric])),
      period,
    })
  const running = ofService('ECS/ContainerInsights', 'RunningTaskCount')
  const desired = ofService('ECS/ContainerInsights', 'DesiredTaskCount')
  const missing = new cloudwatch.MathExpression({
    expression: 'desired - running',
    usingMetrics: { desired, running },
    period,
  })
  const watched: [id: string, metric: cloudwatch.IMetric, threshold: number][] = [
    ['missing-tasks', missing, 0],
  ]
  const graphs: cloudwatch.GraphWidgetProps[] = []
  if (targetGroups.length > 0) {
    const requests = targetGroups.map(({ metrics }) => metrics.requestCount({ period }))
    const failures = targetGroups.map(({ metrics }) =>
      metrics.httpCodeTarget(elb.HttpCodeTarget.TARGET_5XX_COUNT, { period }),
    )
    const times = targetGroups.map(({ metrics }) => metrics.targetResponseTime({ period, statistic: 'p95' }))
    const unhealthy = targetGroups.map(({ metrics }) =>
      metrics.unhealthyHostCount({ period, statistic: 'Maximum' }),
    )
    const sum = (what: string, metrics: readonly unknown[]): string =>
      `SUM([${metrics.map((_, index) => `FILL(${what}${index}, 0)`).join(', ')}])`
    const errorPercent = new cloudwatch.MathExpression({
      expression: `100 * ${sum('failures', failures)} / ${sum('requests', requests)}`,
      usingMetrics: Object.fromEntries([
        ...failures.map((metric, index) => [`failures${index}`, metric] as const),
        ...requests.map((metric, index) => [`requests${index}`, metric] as const),
      ]),
      period,
    })
    const latency = both('times', '1000 * MAX', times)
    watched.push(
      ['errors', errorPercent, 5],
      ['latency', latency, 2000],
      ['unhealthy-hosts', both('unhealthy', 'SUM', unhealthy), 0],
    )
    for (const [index, { metrics }] of targetGroups.entries()) {
      const failedPercent = new cloudwatch.MathExpression({
        expression: '100 * (FILL(failures, 0) + FILL(refused, 0)) / (FILL(requests, 0) + FILL(refused, 0))',
        usingMetrics: {
          failures: metrics.httpCodeTarget(elb.HttpCodeTarget.TARGET_5XX_COUNT, { period }),
          refused: metrics.targetConnectionErrorCount({ period }),
          requests: metrics.requestCount({ period }),
        },
        period,
      })
      watched.push([`rollback-careful-1-${index === 0 ? 'blue' : 'green'}`, failedPercent, 5])
    }
    graphs.push(
      {
        title: 'requests',
        left: [both('requests', 'SUM', requests)],
        right: [both('failures', 'SUM', failures)],
      },
      { title: 'answer time', left: [latency] },
    )
  }
  for (const [id, metric, threshold] of watched) {
    const alarm = new cloudwatch.Alarm(stack, `${process.name}-${id}`, {
      alarmName: `${name}/${process.name}/${id}`,
      metric,
      threshold,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    })
    if (!id.startsWith('rollback')) alarm.addAlarmAction(new SnsAction(topic))
  }
  graphs.push(
    {
      title: 'cpu and memory',
      left: [ofService('AWS/ECS', 'CPUUtilization'), ofService('AWS/ECS', 'MemoryUtilization')],
    },
    { title: 'tasks', left: [running, desired] },
  )
  return graphs.map(props => new cloudwatch.GraphWidget({ ...props, width: 24 / graphs.length }))
}

type ScheduleOptions = Pick<ProcessOptions, 'name' | 'cluster' | 'vpc'> &
  Pick<Defined, 'group' | 'definition' | 'bootstrap'>

function defineSchedule(
  stack: Stack,
  { name, cluster, vpc, group, definition, bootstrap }: ScheduleOptions,
): void {
  const family = stack.formatArn({
    service: 'ecs',
    resource: 'task-definition',
    resourceName: bootstrap.family,
  })
  const role = new iam.Role(stack, 'NightlyRole', {
    assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com'),
    inlinePolicies: {
      start: new iam.PolicyDocument({
        statements: [
          new iam.PolicyStatement({ actions: ['ecs:RunTask'], resources: [family, `${family}:*`] }),
          new iam.PolicyStatement({
            actions: ['iam:PassRole'],
            resources: [definition.taskRole.roleArn, definition.obtainExecutionRole().roleArn],
          }),
        ],
      }),
    },
  })
  new scheduler.CfnSchedule(stack, 'Nightly', {
    name: `${name}-nightly`,
    scheduleExpression: 'cron(0 3 * * ? *)',
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      arn: cluster.clusterArn,
      roleArn: role.roleArn,
      input: JSON.stringify({ containerOverrides: [{ name: 'worker', command: ['node', 'nightly.js'] }] }),
      ecsParameters: {
        taskDefinitionArn: family,
        networkConfiguration: {
          awsvpcConfiguration: {
            assignPublicIp: 'DISABLED',
            subnets: vpc.privateSubnets.map(({ subnetId }) => subnetId),
            securityGroups: [group.securityGroupId],
          },
        },
      },
    },
  })
}

type DeployRoleOptions = {
  readonly name: string
  readonly environment: string
  readonly roles: readonly iam.IRole[]
  readonly repositories: readonly ecr.Repository[]
  readonly cluster: ecs.Cluster
}

function defineDeployRole(
  stack: Stack,
  { name, environment, roles, repositories, cluster }: DeployRoleOptions,
): void {
  const arn = (service: string, resource: string): string =>
    `arn:${stack.partition}:${service}:${stack.region}:${stack.account}:${resource}`
  const issuer = 'token.actions.githubusercontent.com'
  const role = new iam.Role(stack, 'DeployRole', {
    roleName: `tapit-deploy-${name}`,
    assumedBy: new iam.WebIdentityPrincipal(
      `arn:${stack.partition}:iam::${stack.account}:oidc-provider/${issuer}`,
      {
        StringEquals: {
          [`${issuer}:aud`]: 'sts.amazonaws.com',
          [`${issuer}:sub`]: `repo:example-org/shop:environment:${environment}`,
        },
      },
    ),
  })
  const statements: readonly [actions: string[], resources: string[]][] = [
    [['ecs:ListServices', 'ecs:ListTasks', 'ecs:DescribeTaskDefinition', 'ecr:GetAuthorizationToken'], ['*']],
    [['ecs:DescribeClusters'], [cluster.clusterArn]],
    [['ecs:DescribeServices', 'ecs:UpdateService'], [arn('ecs', `service/${name}/*`)]],
    [['ecs:DescribeTasks'], [arn('ecs', `task/${name}/*`)]],
    [['ecs:RegisterTaskDefinition', 'ecs:TagResource'], [arn('ecs', `task-definition/${name}-*:*`)]],
    [['iam:PassRole'], roles.map(({ roleArn }) => roleArn)],
    [['ecr:BatchGetImage', 'ecr:PutImage'], repositories.map(({ repositoryArn }) => repositoryArn)],
    [['logs:FilterLogEvents', 'logs:GetLogEvents'], [arn('logs', `log-group:/tapit/${name}/*`)]],
    [['ssm:GetParametersByPath'], [arn('ssm', `parameter/tapit/${name}/*`)]],
    [['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'], [arn('dynamodb', 'table/tapit')]],
  ]
  for (const [actions, resources] of statements)
    role.addToPolicy(new iam.PolicyStatement({ actions, resources }))
}
