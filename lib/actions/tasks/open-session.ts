import { Refusal } from '../../names/refusal.ts'
import type { AppService } from '../services/app-services.ts'
import { appToChange } from '../services/app-to-change.ts'
import { imageOfProcess } from '../services/image-of-process.ts'
import type { Cluster, ExecSession, Ports, Task } from '../ports.ts'

/** The program that joins a session: AWS's session-manager-plugin. */
export type SessionPlugin = {
  isInstalled(): Promise<boolean>
  /** Hands the terminal over until the session has ended; answers the plugin's exit code. */
  join(session: JoinedSession): Promise<number>
}

export type JoinedSession = {
  readonly session: ExecSession
  readonly region: string
  /** `ecs:<cluster>_<task>_<runtime id>`. */
  readonly target: string
}

export type SessionRequest = {
  readonly app: string
  readonly environment?: string
  readonly process: string
  /** Its id. @default - the one that started last */
  readonly task?: string
  /** @default - the one that runs the app's image */
  readonly container?: string
  readonly command: string
}

export type OpenedSession = JoinedSession & {
  readonly app: string
  readonly process: string
  readonly task: string
  readonly container: string
}

/** As many as ECS describes at once. */
const tasksRead = 100
/** As many as a service can have. */
const tasksListed = 5000

/** Opens a session in a container that runs. Whatever stands in the way is found out before, each with its fix. */
export async function openSession(
  { app, environment, process, task: wanted, container: named, command }: SessionRequest,
  {
    ports: { ecs, audit },
    plugin,
  }: { readonly ports: Pick<Ports, 'ecs' | 'audit'>; readonly plugin: SessionPlugin },
): Promise<OpenedSession> {
  if (!(await plugin.isInstalled())) throw noPlugin()
  const { cluster, services } = await appToChange(ecs, {
    app,
    ...(environment !== undefined && { environment }),
    processes: [process],
  })
  const [own] = services
  if (own === undefined) throw new Error(`the service of ${process} was not read`)
  const place = { cluster, own }
  const task = await taskOf(place, wanted, ecs)
  const definition = await ecs.taskDefinition(task.taskDefinition)
  const image = definition && imageOfProcess(own.service.tags, definition, cluster)
  const ofApp = image === undefined || 'reason' in image ? task.containers[0]?.name : image.container
  const container = task.containers.find(({ name }) => name === (named ?? ofApp))
  if (container === undefined) throw noContainer(task, named)
  refuseClosed(place, task, container)
  if (definition !== undefined && definition.definition['taskRoleArn'] === undefined)
    throw noRole(place, task)
  const session = await ecs.executeCommand({
    cluster: cluster.name,
    task: task.arn,
    container: container.name,
    command,
  })
  audit.tell({
    is: 'exec',
    app: cluster.name,
    process,
    details: { task: task.id, container: container.name },
  })
  const [, , , region = ''] = cluster.arn.split(':')
  return {
    app: cluster.name,
    process,
    task: task.id,
    container: container.name,
    session,
    region,
    target: `ecs:${cluster.name}_${task.id}_${container.runtimeId ?? ''}`,
  }
}

type Place = { readonly cluster: Cluster; readonly own: AppService }

/** Tasks are looked for among those of the service: one of another process has its own roles, and its own line in the audit log. */
async function taskOf(
  { cluster, own: { process, service } }: Place,
  wanted: string | undefined,
  ecs: Ports['ecs'],
): Promise<Task> {
  const arns = await ecs.taskArns({
    cluster: cluster.name,
    service: service.name,
    desiredStatus: 'RUNNING',
    limit: tasksListed,
  })
  const meant = wanted === undefined ? arns : arns.filter(arn => idIn(arn).startsWith(idIn(wanted)))
  const [found] = await runningTasks(meant, cluster, ecs)
  if (found !== undefined) return found
  const others = meant === arns ? [] : await runningTasks(arns, cluster, ecs)
  throw new Refusal({
    code: 'no_such_task',
    message:
      wanted === undefined
        ? `no task of ${process} is running.`
        : `no task ${wanted} of ${process} is running.`,
    advice:
      others.length === 0
        ? `tapit -a ${cluster.name} status shows how its processes stand.`
        : `Running: ${others.map(({ id }) => id).join(', ')}`,
  })
}

/** The one that started last is first. */
async function runningTasks(
  arns: readonly string[],
  cluster: Cluster,
  ecs: Ports['ecs'],
): Promise<readonly Task[]> {
  const tasks = await ecs.tasks(cluster.name, arns.slice(0, tasksRead))
  return tasks
    .filter(({ lastStatus }) => lastStatus === 'RUNNING')
    .toSorted((one, other) => (other.startedAt ?? 0) - (one.startedAt ?? 0))
}

/** Of its ARN, or as somebody wrote it: an ARN, an id, or the beginning of one, as lists show it. */
function idIn(task: string): string {
  return task.split('/').findLast(part => part !== '') ?? task
}

function noContainer(task: Task, named: string | undefined): Refusal {
  return new Refusal({
    code: 'no_such_container',
    message: `the task ${task.id} has no container ${named ?? 'that could be told from its others'}.`,
    advice: `Say container=${task.containers.map(({ name }) => name).join(' or container=')}`,
  })
}

/** Only tasks that were started with ECS Exec let anybody in, and only while their agent runs. */
function refuseClosed(
  { cluster, own: { process, service } }: Place,
  task: Task,
  { name, execAgent }: Task['containers'][number],
): void {
  const restart = `tapit -a ${cluster.name} restart process=${process} --wait`
  if (task.letsIn !== true) {
    throw new Refusal({
      code: 'exec_not_enabled',
      message: `the task ${task.id} of ${process} was started without ECS Exec: nobody can get in.`,
      advice:
        service.letsIn === true
          ? `Its service has it by now; tasks that start from now on do: ${restart}`
          : `Say exec: true for ${process} in tapit.yml, deploy the infrastructure (cdk deploy), then start its tasks anew: ${restart}`,
    })
  }
  if (execAgent === 'RUNNING') return
  throw new Refusal({
    code: 'exec_agent_not_running',
    message: `the agent of ECS Exec does not run in "${name}" of the task ${task.id}${execAgent === undefined ? '' : ` (${execAgent})`}.`,
    advice:
      execAgent === 'PENDING'
        ? 'It starts a moment after its container: try again in a few seconds.'
        : `Its task role needs ssmmessages:CreateControlChannel and the like (exec: true in tapit.yml gives them), and its network a way to Session Manager. Then: ${restart}`,
  })
}

function noRole({ own: { process } }: Place, { id }: Task): Refusal {
  return new Refusal({
    code: 'exec_without_role',
    message: `the task ${id} of ${process} has no task role, so its agent cannot speak with Session Manager.`,
    advice: 'Give its task definition a task role that may use ssmmessages (exec: true in tapit.yml does).',
  })
}

function noPlugin(): Refusal {
  return new Refusal({
    code: 'no_session_plugin',
    message:
      'the session-manager-plugin is not installed, or not on the PATH; sessions in containers go through it.',
    advice: [
      'macOS: brew install --cask session-manager-plugin',
      'Debian, Ubuntu: its .deb, with dpkg -i',
      'Red Hat, Amazon Linux: its .rpm, with dnf install',
      'Windows: its installer (SessionManagerPluginSetup.exe)',
      'All of them: https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html',
    ].join('\n'),
  })
}
