import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { CreateRepositoryCommand, DeleteRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr'
import {
  CreateClusterCommand,
  type CreateClusterCommandInput,
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  type Service,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs'
import {
  CreateListenerCommand,
  type CreateListenerCommandInput,
  CreateLoadBalancerCommand,
  type CreateLoadBalancerCommandInput,
  CreateRuleCommand,
  type CreateRuleCommandInput,
  CreateTargetGroupCommand,
  type CreateTargetGroupCommandInput,
  DeleteRuleCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
  type ModifyRuleCommandInput,
  ModifyTargetGroupAttributesCommand,
  type ModifyTargetGroupAttributesCommandInput,
  ModifyTargetGroupCommand,
  type ModifyTargetGroupCommandInput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { setTimeout as wait } from 'node:timers/promises'

type Properties = Record<string, unknown>

/** What Ref and Fn::GetAtt answer; the attribute `*` stands for all others. */
export type Physical = { readonly id: string; readonly attributes: Readonly<Record<string, string>> }

export type Update = {
  readonly properties: Properties
  readonly before: Properties
  readonly physical: Physical
}

/** How one type of resource is made, changed and removed, by the calls that CloudFormation makes for it. */
export type Handler = {
  create(properties: Properties): Promise<Physical>
  /** Answers another physical resource where the change needs a replacement; the old one is removed when the stack is through. */
  update(update: Update): Promise<Physical>
  /** Absent where it stays (DeletionPolicy: Retain), or goes with what it belongs to. */
  remove?(physical: Physical): Promise<void>
}

export function handlersOf({
  url: endpoint,
  region,
  account,
}: {
  readonly url: string
  readonly region: string
  readonly account: string
}): { handlers(type: string, logicalId: string): Handler; isSkipped(type: string): boolean } {
  const settings = {
    endpoint,
    region,
    credentials: { accessKeyId: 'cloudformation', secretAccessKey: 'cloudformation' },
  }
  const ecs = new ECSClient(settings)
  const known: Readonly<Record<string, Handler>> = {
    'AWS::ECS::Cluster': clusters(ecs),
    'AWS::ECS::TaskDefinition': taskDefinitions(ecs),
    'AWS::ECS::Service': services(ecs),
    ...loadBalancing(new ElasticLoadBalancingV2Client(settings)),
    'AWS::ECR::Repository': repositories(new ECRClient(settings)),
    'AWS::Logs::LogGroup': logGroups(new CloudWatchLogsClient(settings), `${region}:${account}`),
    'AWS::SSM::Parameter': parameters(new SSMClient(settings)),
    'AWS::DynamoDB::GlobalTable': tables(new DynamoDBClient(settings)),
    'AWS::DynamoDB::Table': tables(new DynamoDBClient(settings)),
  }
  return {
    isSkipped: type => known[type] === undefined,
    handlers: (type, logicalId) => known[type] ?? passedOver(type, logicalId, account),
  }
}

/** Nothing is made; whoever refers to it gets a name that looks like one. */
function passedOver(type: string, logicalId: string, account: string): Handler {
  const service = type.split('::')[1]?.toLowerCase() ?? 'aws'
  const arn = `arn:aws:${service}::${account}:${type.split('::')[2]?.toLowerCase()}/${logicalId}`
  const isArn = /::(Topic|TopicPolicy|Certificate)$/.test(type)
  const physical = { id: isArn ? arn : `${logicalId}-0`, attributes: { Arn: arn, '*': `${logicalId}-0` } }
  return { create: async () => physical, update: async () => physical }
}

function clusters(ecs: ECSClient): Handler {
  return {
    async create(properties) {
      const { cluster } = await ecs.send(
        new CreateClusterCommand(lowerCased(properties) as CreateClusterCommandInput),
      )
      return { id: cluster?.clusterName ?? '', attributes: { Arn: cluster?.clusterArn ?? '' } }
    },
    update: unchangeable('AWS::ECS::Cluster'),
  }
}

/** Every change is a replacement: a new revision, and the old one is deregistered at the end. */
function taskDefinitions(ecs: ECSClient): Handler {
  async function create(properties: Properties): Promise<Physical> {
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand(
        lowerCased(properties) as unknown as RegisterTaskDefinitionCommandInput,
      ),
    )
    const arn = taskDefinition?.taskDefinitionArn ?? ''
    return { id: arn, attributes: { TaskDefinitionArn: arn } }
  }
  return {
    create,
    update: ({ properties }) => create(properties),
    remove: async ({ id }) => {
      await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: id }))
    },
  }
}

/** Members that only CreateService takes. */
const onlyAtCreation = ['Cluster', 'ServiceName', 'LaunchType', 'Tags', 'Role', 'SchedulingStrategy']

function services(ecs: ECSClient): Handler {
  const named = (physical: Physical): { cluster: string; service: string } => ({
    cluster: physical.id.split('/').at(-2) ?? '',
    service: physical.id,
  })
  async function stable(physical: Physical, deployment: string | undefined): Promise<void> {
    const { cluster, service } = named(physical)
    for (let look = 0; look < 2_000; look += 1) {
      const { services: [found] = [] } = await ecs.send(
        new DescribeServicesCommand({ cluster, services: [service] }),
      )
      const ours = found?.deployments?.find(({ id }) => id === deployment)
      if (ours?.rolloutState === 'COMPLETED') return
      if (ours === undefined || ours.rolloutState === 'FAILED' || ours.status !== 'PRIMARY') {
        throw new Error(
          `Resource handler returned message: "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'." (${service})`,
        )
      }
      await wait(10)
    }
    throw new Error(`${service} does not come to rest`)
  }
  return {
    async create(properties) {
      const { service } = await ecs.send(
        new CreateServiceCommand({
          desiredCount: 1,
          ...lowerCased(properties),
        } as unknown as CreateServiceCommandInput),
      )
      const id = service?.serviceArn ?? ''
      const physical = { id, attributes: { ServiceArn: id, Name: service?.serviceName ?? '' } }
      await stable(physical, primaryOf(service))
      return physical
    },
    /** The whole of what is wanted, whatever of it has changed; the bare family is resolved by ECS at that moment. */
    async update({ properties, before, physical }) {
      const { cluster, service } = named(physical)
      const { services: [present] = [] } = await ecs.send(
        new DescribeServicesCommand({ cluster, services: [service] }),
      )
      const answer = await ecs.send(
        new UpdateServiceCommand({
          ...lowerCased(without(properties, ...onlyAtCreation)),
          cluster,
          service,
        }),
      )
      await retag(ecs, physical.id, properties, before)
      const deployment = primaryOf(answer.service)
      if (deployment !== primaryOf(present)) await stable(physical, deployment)
      return physical
    },
    async remove(physical) {
      await ecs.send(new DeleteServiceCommand({ ...named(physical), force: true }))
    },
  }
}

function primaryOf(service: Service | undefined): string | undefined {
  return service?.deployments?.find(({ status }) => status === 'PRIMARY')?.id
}

async function retag(
  ecs: ECSClient,
  resourceArn: string,
  properties: Properties,
  before: Properties,
): Promise<void> {
  const tags = tagsIn(properties)
  const gone = tagsIn(before).filter(({ key }) => !tags.some(each => each.key === key))
  if (gone.length > 0)
    await ecs.send(new UntagResourceCommand({ resourceArn, tagKeys: gone.map(({ key }) => key) }))
  if (tags.length > 0) await ecs.send(new TagResourceCommand({ resourceArn, tags }))
}

function tagsIn({ Tags = [] }: Properties): { key: string; value: string }[] {
  return (Tags as readonly { Key: string; Value: string }[]).map(({ Key: key, Value: value }) => ({
    key,
    value,
  }))
}

function loadBalancing(elb: ElasticLoadBalancingV2Client): Readonly<Record<string, Handler>> {
  return {
    'AWS::ElasticLoadBalancingV2::LoadBalancer': {
      async create(properties) {
        const input = without(properties, 'LoadBalancerAttributes')
        const { LoadBalancers: [made] = [] } = await elb.send(
          new CreateLoadBalancerCommand(input as unknown as CreateLoadBalancerCommandInput),
        )
        const id = made?.LoadBalancerArn ?? ''
        return {
          id,
          attributes: {
            DNSName: made?.DNSName ?? '',
            LoadBalancerFullName: id.slice(id.indexOf('/') + 1),
            CanonicalHostedZoneID: made?.CanonicalHostedZoneId ?? '',
          },
        }
      },
      update: unchangeable('AWS::ElasticLoadBalancingV2::LoadBalancer'),
    },
    'AWS::ElasticLoadBalancingV2::Listener': {
      async create(properties) {
        const input = without(properties, 'ListenerAttributes')
        const { Listeners: [made] = [] } = await elb.send(
          new CreateListenerCommand(input as unknown as CreateListenerCommandInput),
        )
        const id = made?.ListenerArn ?? ''
        return { id, attributes: { ListenerArn: id } }
      },
      update: unchangeable('AWS::ElasticLoadBalancingV2::Listener'),
    },
    'AWS::ElasticLoadBalancingV2::TargetGroup': targetGroups(elb),
    'AWS::ElasticLoadBalancingV2::ListenerRule': listenerRules(elb),
  }
}

function targetGroups(elb: ElasticLoadBalancingV2Client): Handler {
  const setAttributes = async (arn: string, { TargetGroupAttributes }: Properties): Promise<void> => {
    const input = { TargetGroupArn: arn, Attributes: TargetGroupAttributes }
    if (TargetGroupAttributes !== undefined)
      await elb.send(new ModifyTargetGroupAttributesCommand(input as ModifyTargetGroupAttributesCommandInput))
  }
  return {
    async create(properties) {
      const input = without(properties, 'TargetGroupAttributes')
      const { TargetGroups: [made] = [] } = await elb.send(
        new CreateTargetGroupCommand(input as unknown as CreateTargetGroupCommandInput),
      )
      const id = made?.TargetGroupArn ?? ''
      await setAttributes(id, properties)
      const fullName = id.slice(id.lastIndexOf(':') + 1)
      return {
        id,
        attributes: { TargetGroupFullName: fullName, TargetGroupName: made?.TargetGroupName ?? '' },
      }
    },
    async update({ properties, before, physical }) {
      const replacing = ['Name', 'Port', 'Protocol', 'TargetType', 'VpcId'].find(
        key => JSON.stringify(properties[key]) !== JSON.stringify(before[key]),
      )
      if (replacing !== undefined && properties['Name'] === before['Name']) {
        throw new Error(
          `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${String(properties['Name'])} and update the stack again.`,
        )
      }
      const fixed = ['TargetGroupAttributes', 'Name', 'Port', 'Protocol', 'TargetType', 'VpcId', 'Tags']
      const check = without(properties, ...fixed)
      const input = { ...check, TargetGroupArn: physical.id }
      await elb.send(new ModifyTargetGroupCommand(input as ModifyTargetGroupCommandInput))
      await setAttributes(physical.id, properties)
      return physical
    },
  }
}

/** A change of anything in a rule writes all of its actions, and with them the weights (aws-cdk#36649). */
function listenerRules(elb: ElasticLoadBalancingV2Client): Handler {
  return {
    async create(properties) {
      const { Rules: [made] = [] } = await elb.send(
        new CreateRuleCommand(properties as unknown as CreateRuleCommandInput),
      )
      const id = made?.RuleArn ?? ''
      return { id, attributes: { RuleArn: id } }
    },
    async update({ properties, physical }) {
      const input = { ...without(properties, 'ListenerArn', 'Priority', 'Tags'), RuleArn: physical.id }
      await elb.send(new ModifyRuleCommand(input as ModifyRuleCommandInput))
      return physical
    },
    async remove({ id }) {
      await elb.send(new DeleteRuleCommand({ RuleArn: id }))
    },
  }
}

function repositories(ecr: ECRClient): Handler {
  return {
    async create({ RepositoryName }) {
      const name = String(RepositoryName)
      const { repository } = await ecr.send(new CreateRepositoryCommand({ repositoryName: name }))
      return {
        id: name,
        attributes: { Arn: repository?.repositoryArn ?? '', RepositoryUri: repository?.repositoryUri ?? '' },
      }
    },
    // Lifecycle and policies are not part of the sandbox.
    update: async ({ physical }) => physical,
    async remove({ id }) {
      await ecr.send(new DeleteRepositoryCommand({ repositoryName: id }))
    },
  }
}

function logGroups(logs: CloudWatchLogsClient, place: string): Handler {
  let unnamed = 0
  return {
    async create({ LogGroupName }) {
      unnamed += 1
      const name = typeof LogGroupName === 'string' ? LogGroupName : `unnamed-${unnamed}`
      await logs.send(new CreateLogGroupCommand({ logGroupName: name }))
      return { id: name, attributes: { Arn: `arn:aws:logs:${place}:log-group:${name}:*` } }
    },
    update: async ({ physical }) => physical,
  }
}

function parameters(ssm: SSMClient): Handler {
  const put = async ({ Name, Value, Type }: Properties, isNew: boolean): Promise<Physical> => {
    const name = String(Name)
    const type = Type === 'StringList' ? 'StringList' : 'String'
    await ssm.send(
      new PutParameterCommand({ Name: name, Value: String(Value), Type: type, Overwrite: !isNew }),
    )
    return { id: name, attributes: { Value: String(Value) } }
  }
  return { create: properties => put(properties, true), update: ({ properties }) => put(properties, false) }
}

function tables(dynamodb: DynamoDBClient): Handler {
  return {
    async create({ TableName, KeySchema, AttributeDefinitions }) {
      const name = String(TableName)
      const input = { TableName: name, KeySchema, AttributeDefinitions, BillingMode: 'PAY_PER_REQUEST' }
      const { TableDescription } = await dynamodb.send(
        new CreateTableCommand(input as ConstructorParameters<typeof CreateTableCommand>[0]),
      )
      return { id: name, attributes: { Arn: TableDescription?.TableArn ?? '' } }
    },
    update: unchangeable('AWS::DynamoDB::GlobalTable'),
    async remove({ id }) {
      await dynamodb.send(new DeleteTableCommand({ TableName: id }))
    },
  }
}

function unchangeable(type: string): Handler['update'] {
  return async () => {
    throw new Error(`this CloudFormation cannot update ${type}`)
  }
}

function without(properties: Properties, ...members: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !members.includes(key)))
}

/** Members whose keys are people's own words. */
const verbatim = new Set(['Options', 'DockerLabels', 'Labels', 'DriverOpts'])

/** CloudFormation writes `TaskDefinition` where ECS's API says `taskDefinition`. */
function lowerCased(properties: Properties): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [
      `${key.charAt(0).toLowerCase()}${key.slice(1)}`,
      verbatim.has(key) ? value : lowerCasedValue(value),
    ]),
  )
}

function lowerCasedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerCasedValue)
  if (typeof value !== 'object' || value === null) return value
  return lowerCased(value as Properties)
}
