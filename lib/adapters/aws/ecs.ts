import {
  DeregisterTaskDefinitionCommand,
  ContinueServiceDeploymentCommand,
  DescribeClustersCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ECSServiceException,
  ExecuteCommandCommand,
  type Failure,
  ListClustersCommand,
  ListServiceDeploymentsCommand,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopServiceDeploymentCommand,
  StopTaskCommand,
  type UpdateServiceCommandInput,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs'

import type { Ecs, ServiceDeploymentBrief } from '../../actions/ports.ts'
import { Trouble } from '../../actions/trouble.ts'
import type { Instant } from '../../deployment/state.ts'
import type { Clock } from '../../names/clock.ts'
import { copiedDefinition } from './copied-definition.ts'
import { serviceDeploymentOf, serviceOf, serviceRevisionOf, taskDefinitionOf, taskOf } from './ecs-shapes.ts'
import { isAwsError } from './is-aws-error.ts'
import { lastSegment } from './last-segment.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { present } from './present.ts'
import { refuseFailures } from './refuse-failures.ts'
import { tagsOf } from './tags.ts'
import { tokenBucket } from './token-bucket.ts'
import type { AwsOptions } from './client-settings.ts'
import { type ServiceClients, serviceClients } from './clients.ts'

export type EcsOptions = {
  readonly client: ECSClient
  /** Asks what a poll asks; it does not retry where the loop that polls is the retry. @default - `client` */
  readonly polls?: ECSClient
  readonly clock: Clock
}

/** AWS refills one registration a second for the whole account, so the registrations of one process queue. */
const registering = oneAtATime()

/**
 * ECS's published buckets, less what is left to everybody else in the account:
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
 */
const rates = {
  taskDefinitionReads: { burst: 40, perSecond: 15 },
  registrations: { burst: 15, perSecond: 0.9 },
} as const

const day = 24 * 60 * 60 * 1_000
/** ECS keeps service deployments for 90 days, and refuses to be asked about earlier ones. */
const historyOfEcs = 89 * day
const longestHistory = 100
/** Nobody documents in which order ECS lists; a service with more than this many in 90 days is not ours. */
const mostPages = 10

/** Of a task that somebody stops: "255 characters" in the API's reference. */
const longestReason = 255

const ended = new Set(['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'])
const turningBack = new Set(['STOP_REQUESTED', 'ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS'])

/** Amazon ECS. */
export function awsEcs({ client, polls = client, clock }: EcsOptions): Ecs {
  const readingTaskDefinitions = tokenBucket({ clock, ...rates.taskDefinitionReads })
  const registrations = tokenBucket({ clock, ...rates.registrations })

  async function serviceDeployments(arns: readonly string[]): ReturnType<Ecs['serviceDeployments']> {
    if (arns.length === 0) return []
    const answer = await polls.send(
      new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [...arns] }),
    )
    refuseFailures('DescribeServiceDeployments', answer.failures)
    return (answer.serviceDeployments ?? []).flatMap(each => serviceDeploymentOf(each) ?? [])
  }

  return {
    async cluster(name) {
      const { clusters = [], failures } = await client.send(
        new DescribeClustersCommand({ clusters: [name], include: ['TAGS'] }),
      )
      refuseFailures('DescribeClusters', failures)
      const found = clusters.find(({ status }) => status === 'ACTIVE')
      if (found?.clusterArn === undefined) return undefined
      return {
        name: found.clusterName ?? lastSegment(found.clusterArn),
        arn: found.clusterArn,
        tags: tagsOf(found.tags),
      }
    },

    async clusterNames() {
      const { clusterArns = [] } = await client.send(new ListClustersCommand({ maxResults: 100 }))
      return clusterArns.map(lastSegment)
    },

    async clusterArns() {
      const arns: string[] = []
      let nextToken: string | undefined
      do {
        const page = await client.send(new ListClustersCommand({ maxResults: 100, nextToken }))
        arns.push(...(page.clusterArns ?? []))
        nextToken = page.nextToken
      } while (nextToken !== undefined)
      return arns
    },

    async serviceArns(cluster) {
      const arns: string[] = []
      let nextToken: string | undefined
      do {
        const page = await client.send(new ListServicesCommand({ cluster, maxResults: 100, nextToken }))
        arns.push(...(page.serviceArns ?? []))
        nextToken = page.nextToken
      } while (nextToken !== undefined)
      return arns
    },

    async services(cluster, services) {
      if (services.length === 0) return []
      const answer = await polls.send(
        new DescribeServicesCommand({ cluster, services: [...services], include: ['TAGS'] }),
      )
      refuseFailures('DescribeServices', answer.failures)
      return (answer.services ?? []).filter(({ status }) => status !== 'INACTIVE').map(serviceOf)
    },

    async taskDefinition(reference) {
      await readingTaskDefinitions()
      try {
        const { taskDefinition, tags } = await client.send(
          new DescribeTaskDefinitionCommand({ taskDefinition: reference, include: ['TAGS'] }),
        )
        return taskDefinition && taskDefinitionOf(taskDefinition, tagsOf(tags))
      } catch (error) {
        if (isUnknownDefinition(error)) return undefined
        throw error
      }
    },

    async registerTaskDefinition(revision) {
      const request = copiedDefinition(revision)
      await registrations()
      const { taskDefinition } = await registering(() => register(client, request, clock))
      if (taskDefinition?.taskDefinitionArn === undefined) {
        throw new Error('RegisterTaskDefinition answered without an ARN')
      }
      return taskDefinition.taskDefinitionArn
    },

    async deregisterTaskDefinition(arn) {
      await client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: arn }))
    },

    async newestRevisions(family) {
      const { taskDefinitionArns = [] } = await client.send(
        new ListTaskDefinitionsCommand({
          familyPrefix: family,
          status: 'ACTIVE',
          sort: 'DESC',
          maxResults: 10,
        }),
      )
      return taskDefinitionArns.filter(arn => isOfFamily(arn, family))
    },

    async activeRevisions(family) {
      const arns: string[] = []
      let nextToken: string | undefined
      do {
        await readingTaskDefinitions()
        const page = await client.send(
          new ListTaskDefinitionsCommand({
            familyPrefix: family,
            status: 'ACTIVE',
            sort: 'DESC',
            maxResults: 100,
            nextToken,
          }),
        )
        arns.push(...(page.taskDefinitionArns ?? []).filter(arn => isOfFamily(arn, family)))
        nextToken = page.nextToken
      } while (nextToken !== undefined)
      return arns
    },

    async updateService({ cluster, service, taskDefinition, configuration, desiredCount }) {
      const deploymentConfiguration = configuration as UpdateServiceCommandInput['deploymentConfiguration']
      await client.send(
        new UpdateServiceCommand({
          cluster,
          service,
          taskDefinition,
          deploymentConfiguration,
          ...(desiredCount !== undefined && { desiredCount }),
        }),
      )
    },

    async configure({ cluster, service, configuration }) {
      const deploymentConfiguration = configuration as UpdateServiceCommandInput['deploymentConfiguration']
      await client.send(new UpdateServiceCommand({ cluster, service, deploymentConfiguration }))
    },

    async setDesiredCount({ cluster, service, desiredCount }) {
      await client.send(new UpdateServiceCommand({ cluster, service, desiredCount }))
    },

    async listServiceDeployments(cluster, service, since) {
      const briefs: ServiceDeploymentBrief[] = []
      const createdAt =
        since !== undefined && since > clock.now() - historyOfEcs ? { after: new Date(since) } : undefined
      let nextToken: string | undefined
      for (let page = 0; page < mostPages; page += 1) {
        const answer = await polls.send(
          new ListServiceDeploymentsCommand({
            cluster,
            service,
            createdAt,
            maxResults: longestHistory,
            nextToken,
          }),
        )
        briefs.push(...(answer.serviceDeployments ?? []).flatMap(each => briefOf(each) ?? []))
        nextToken = answer.nextToken
        if (nextToken === undefined) break
      }
      return briefs.toSorted((one, other) => other.createdAt - one.createdAt).slice(0, longestHistory)
    },

    serviceDeployments,

    async serviceRevisions(arns) {
      if (arns.length === 0) return []
      const answer = await polls.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns: [...arns] }))
      refuseFailures('DescribeServiceRevisions', answer.failures)
      return (answer.serviceRevisions ?? []).flatMap(each => serviceRevisionOf(each) ?? [])
    },

    async rollBack(serviceDeployment) {
      try {
        await client.send(
          new StopServiceDeploymentCommand({ serviceDeploymentArn: serviceDeployment, stopType: 'ROLLBACK' }),
        )
        return 'asked'
      } catch (error) {
        // AWS documents that an ended service deployment is refused, but not with which of its errors: what it is now tells.
        if (!isAwsError(error, 'ConflictException', 'InvalidParameterException', 'ClientException'))
          throw error
        const [now] = await serviceDeployments([serviceDeployment])
        // Of a request that was sent again after its answer was lost, the first one may have been heard: its rollback may be over.
        if (now !== undefined && wasSentAgain(error) && now.status.startsWith('ROLLBACK_')) return 'asked'
        if (now !== undefined && ended.has(now.status)) return 'too_late'
        if (now !== undefined && turningBack.has(now.status)) return 'asked'
        throw error
      }
    },

    async goOn({ serviceDeployment, hookId }) {
      try {
        await client.send(
          new ContinueServiceDeploymentCommand({
            serviceDeploymentArn: serviceDeployment,
            hookId,
            action: 'CONTINUE',
          }),
        )
        return 'asked'
      } catch (error) {
        // AWS documents the sentences and not the errors: whether that hook still waits tells.
        if (!isAwsError(error, 'ConflictException', 'InvalidParameterException', 'ClientException'))
          throw error
        const [now] = await serviceDeployments([serviceDeployment])
        const hook = now?.hooks.find(({ id }) => id === hookId)
        if (now === undefined || hook?.status === 'AWAITING_ACTION') throw error
        // Of a request that was sent again after its answer was lost, the first one may have been heard.
        return wasSentAgain(error) && hook?.status === 'SUCCEEDED' ? 'asked' : 'too_late'
      }
    },

    async taskArns({ cluster, service, desiredStatus, limit = 100 }) {
      const arns: string[] = []
      let nextToken: string | undefined
      do {
        const maxResults = Math.min(limit - arns.length, 100)
        const page = await polls.send(
          new ListTasksCommand({ cluster, serviceName: service, desiredStatus, maxResults, nextToken }),
        )
        arns.push(...(page.taskArns ?? []))
        nextToken = page.nextToken
      } while (nextToken !== undefined && arns.length < limit)
      return arns.slice(0, limit)
    },

    async tasks(cluster, arns) {
      if (arns.length === 0) return []
      const answer = await polls.send(new DescribeTasksCommand({ cluster, tasks: [...arns] }))
      refuseFailures('DescribeTasks', answer.failures)
      return (answer.tasks ?? []).map(taskOf)
    },

    async runTask({ cluster, taskDefinition, container, command, placement, startedBy, token, ...size }) {
      const { cpu, memory } = size
      const answer = await client.send(
        new RunTaskCommand({
          ...(placement as Partial<RunTaskCommandInput>),
          cluster,
          taskDefinition,
          count: 1,
          startedBy,
          clientToken: token,
          overrides: {
            ...(cpu !== undefined && { cpu: String(cpu) }),
            ...(memory !== undefined && { memory: String(memory) }),
            containerOverrides: [{ name: container, command: [...command] }],
          },
        }),
      )
      const [task] = answer.tasks ?? []
      if (task === undefined) throw noPlace(answer.failures)
      return taskOf(task)
    },

    async stopTask({ cluster, arn, reason }) {
      await client.send(new StopTaskCommand({ cluster, task: arn, reason: reason.slice(0, longestReason) }))
    },

    async executeCommand({ cluster, task, container, command }) {
      const { session } = await client.send(
        new ExecuteCommandCommand({ cluster, task, container, command, interactive: true }),
      )
      const { sessionId: id, streamUrl, tokenValue: token } = session ?? {}
      if (id === undefined || streamUrl === undefined || token === undefined)
        throw new Error('ExecuteCommand answered without a session')
      return { id, streamUrl, token }
    },
  }
}

/** AWS takes the family for a prefix in its documentation and for the whole name in its answers: either is fine with this. */
function isOfFamily(arn: string, family: string): boolean {
  return lastSegment(arn).startsWith(`${family}:`)
}

/** ECS has no error of its own for this: a ClientException with these words. */
function isUnknownDefinition(error: unknown): boolean {
  return isAwsError(error, 'ClientException') && /unable to describe task definition/i.test(error.message)
}

/** RunTask answers an empty list where Fargate has no room, or the account has reached its limit. */
function noPlace(failures: readonly Failure[] = []): Trouble {
  const [{ reason = 'ECS gave no reason', detail } = {}] = failures
  return new Trouble({
    kind: 'refused',
    code: 'task_not_placed',
    message: `ECS started no task: ${reason}${detail === undefined ? '' : ` (${detail})`}`,
    advice: /capacity|limit|resource/i.test(reason)
      ? 'Try again in a moment, or in other subnets.'
      : 'aws ecs describe-clusters --include CONFIGURATIONS shows how the cluster runs tasks.',
    awsCode: reason,
    operation: 'RunTask',
  })
}

/** How long to wait before each further attempt at a registration that collided with another process's. */
const collisionPauses = [500, 1_000, 2_000, 4_000]

/** ECS refuses two registrations of one family at the same time with a ClientException, which the SDK does not retry. */
async function register(
  client: ECSClient,
  request: RegisterTaskDefinitionCommandInput,
  clock: Clock,
): Promise<{ taskDefinition?: { taskDefinitionArn?: string } }> {
  for (const pause of collisionPauses) {
    try {
      return await client.send(new RegisterTaskDefinitionCommand(request))
    } catch (error) {
      if (!(error instanceof Error) || !/too many concurrent attempts/i.test(error.message)) throw error
      await clock.sleep(pause)
    }
  }
  return client.send(new RegisterTaskDefinitionCommand(request))
}

function briefOf(each: {
  serviceDeploymentArn?: string
  createdAt?: Date
  status?: string
  targetServiceRevisionArn?: string
}): ServiceDeploymentBrief | undefined {
  const {
    serviceDeploymentArn: arn,
    createdAt,
    status = 'PENDING',
    targetServiceRevisionArn: targetRevision,
  } = each
  if (arn === undefined || createdAt === undefined) return undefined
  const created: Instant = createdAt.getTime()
  return present({ arn, status, createdAt: created, targetRevision })
}

export function ecsClients(options: AwsOptions): ServiceClients<ECSClient> {
  return serviceClients(ECSClient, 'ecs', options)
}

/** The SDK counts how often it has sent a request. */
function wasSentAgain(error: unknown): boolean {
  const answer = error instanceof Trouble ? error.cause : error
  return answer instanceof ECSServiceException && (answer.$metadata.attempts ?? 1) > 1
}
