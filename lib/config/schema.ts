import * as z from 'zod'
import { pauseMoments, processKinds, strategyTypes } from '../names/vocabulary.ts'
import { builtInStrategies } from './built-in-strategies.ts'

/** tapit.yml, described once: types, messages and the JSON Schema for editors all come from here. What spans several keys is in checks/. */

const name = (what: string) =>
  z
    .string()
    .regex(/^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/, {
      error: `${what} takes 1 to 63 lower-case letters, digits and hyphens; it begins with a letter and ends with a letter or digit`,
    })
    .describe(what)

const processName = z.string().regex(/^[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?$/, {
  error:
    'a process name takes 1 to 63 lower-case letters, digits, hyphens and underscores; it begins and ends with a letter or digit',
})

const whole = (min: number, max: number) => z.int().min(min).max(max)

const environmentVariable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
  error: 'the name of a variable takes letters, digits and underscores, and does not begin with a digit',
})

const readiness = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('http').describe('For web and api: the load balancer asks.'),
      path: z
        .string()
        .regex(/^\/[^\s?#]{0,1022}$/, { error: 'a path begins with "/" and holds no space, "?" or "#"' })
        .optional()
        .describe('The path that answers 2xx once the process is ready. Default: /healthz.'),
      timeoutMs: whole(1000, 300_000)
        .optional()
        .describe('How long a new task may take to become ready, in milliseconds. Default: 30000.'),
    }),
    z.strictObject({
      type: z.literal('command').describe('For workers: ECS runs a command in the container.'),
      command: z
        .array(z.string().min(1))
        .min(1)
        .describe('Run in the container; exit code 0 is ready. For workers.'),
      timeoutMs: whole(1000, 300_000)
        .optional()
        .describe('How long a new task may take to become ready, in milliseconds. Default: 30000.'),
    }),
  ])
  .describe('When a new task is ready. Left out: ECS alone judges.')

const scale = z
  .strictObject({
    min: whole(0, 5000).describe('The fewest tasks.'),
    max: whole(1, 5000).describe('The most tasks.'),
    cpu: whole(1, 100).optional().describe('Target of the mean CPU use, in percent.'),
    memory: whole(1, 100).optional().describe('Target of the mean memory use, in percent.'),
    requests: whole(1, 1_000_000).optional().describe('Target of requests per task and minute (web, api).'),
  })
  .describe('Auto scaling: tapit and `cdk deploy` then leave the number of tasks alone.')

const secretSource = z
  .string()
  .regex(
    /^(?:ssm:\/[\w./-]{1,1010}|ssm:[\w.-]{1,1011}|secretsmanager:[\w/+=.@:-]{1,512}(?:#[\w.-]{1,128})?)$/,
    {
      error:
        'a secret is "ssm:<parameter>" or "secretsmanager:<name or ARN>", the latter with "#<key>" for one key of a JSON secret',
    },
  )

const permission = z.strictObject({
  actions: z
    .array(z.string().regex(/^[a-z0-9-]+:[\w*]+$/i, { error: 'an action is "<service>:<Action>"' }))
    .min(1)
    .describe('IAM actions: "s3:GetObject".'),
  resources: z
    .array(z.string().regex(/^(?:arn:.+|\*)$/, { error: 'a resource is an ARN, or "*"' }))
    .min(1)
    .describe('ARNs, with *.'),
})

const duration = z.string().regex(/^[1-9]\d{0,5}(?:s|m|h)$/, {
  error: 'a duration is a whole number and s, m or h: "90s", "30m", "2h"',
})

const buildSecret = z.string().regex(/^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:[^\s,][^,]*)$/, {
  error:
    'a build secret is "env:<variable>" of whoever builds, or "file:<path>" from the folder of tapit.yml',
})

const gitSource = z
  .string()
  .regex(/^(?:(?:https?|ssh|git):\/\/[^\s-][^\s]*|file:\/\/\/[^\s]+|[\w.-]+@[\w.-]+:[^\s-][^\s]*)$/, {
    error: 'a source is the URL of a Git repository: https://…, ssh://…, git@host:owner/name.git',
  })

const imageBuild = {
  args: z
    .record(environmentVariable, z.string())
    .optional()
    .describe('Build arguments (ARG). They can be read in the image: secrets go into `secrets`.'),
  secrets: z
    .record(
      z.string().regex(/^[A-Za-z0-9_.-]{1,128}$/, {
        error: 'the id of a build secret takes letters, digits and _ . -',
      }),
      buildSecret,
    )
    .optional()
    .describe(
      'Secrets of the build, by id (RUN --mount=type=secret,id=…): never in the image or its history.',
    ),
  contexts: z
    .record(
      z
        .string()
        .regex(/^[\w./:-]{1,256}$/, { error: 'the name of a context takes letters, digits and _ . / : -' }),
      z.string().min(1),
    )
    .optional()
    .describe(
      'Further folders or images that the Dockerfile copies from, by name: a path from the folder of tapit.yml, or docker-image://….',
    ),
  target: z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]*$/, { error: 'a target is the name of a stage of the Dockerfile' })
    .optional()
    .describe('The stage of the Dockerfile that is built. Default: the last.'),
}

const build = z
  .strictObject({
    ...imageBuild,
    source: gitSource
      .optional()
      .describe(
        'The Git repository that a pruned image is built from again. Default: https://github.com/<github>.',
      ),
    memory: whole(128, 1_048_576)
      .optional()
      .describe('Memory of a build in MiB, at most. Default: no limit.'),
    cpus: z.number().min(0.1).max(512).optional().describe('Cores of a build, at most. Default: no limit.'),
    timeout: duration.optional().describe('How long one build may take: "90s", "30m". Default: 1h.'),
  })
  .describe('How images are built.')

const process = z
  .strictObject({
    path: z
      .string()
      .min(1)
      .optional()
      .describe(
        'The folder that its own image is built from. Left out: it runs the image that the app shares.',
      ),
    dockerfile: z.string().min(1).optional().describe('The Dockerfile, from `path`. Default: Dockerfile.'),
    build: z
      .strictObject(imageBuild)
      .optional()
      .describe('How its own image is built: needs `path`. Added to the `build` of the app.'),
    kind: z
      .enum(processKinds)
      .optional()
      .describe(
        'web: public behind the load balancer. api: reached through routes only. worker: no load balancer. Default: web for `default` and where there is a port or a host, else worker.',
      ),
    host: z
      .string()
      .regex(/^(?=.{1,253}$)[a-z0-9*](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/, {
        error: 'a host is a domain name in lower case, such as admin.example.com',
      })
      .optional()
      .describe(
        'The host name of a web process. Default: the domain for `default` (or the only web process), <process>.<domain> for others.',
      ),
    port: whole(1, 65_535)
      .optional()
      .describe('Where the container listens; it is told by the variable PORT. Default: 8080.'),
    cpu: z
      .literal([256, 512, 1024, 2048, 4096, 8192, 16_384])
      .optional()
      .describe('CPU units; 1024 is one core. Default: 256.'),
    memory: whole(512, 122_880)
      .optional()
      .describe('Memory in MiB. Default: the least that Fargate has for its cpu.'),
    count: whole(0, 5000).optional().describe('Tasks, where nothing scales them. Default: 1.'),
    architecture: z
      .enum(['x86_64', 'arm64'])
      .optional()
      .describe('What its image is built for. Default: x86_64.'),
    spot: z
      .boolean()
      .optional()
      .describe('Run on Fargate Spot: cheaper, and interrupted at times. Default: false.'),
    command: z
      .array(z.string())
      .min(1)
      .optional()
      .describe("What runs in the container, as a list of words. Default: the image's own."),
    readiness: readiness.optional(),
    strategy: z
      .string()
      .optional()
      .describe(
        `A strategy of this file, or a built-in one: ${builtInStrategies.map(({ name }) => name).join(', ')}. Default: rolling.`,
      ),
    env: z.record(environmentVariable, z.string()).optional().describe('Environment variables.'),
    secrets: z
      .record(environmentVariable, secretSource)
      .optional()
      .describe('Environment variables out of SSM parameters and Secrets Manager.'),
    permissions: z.array(permission).optional().describe('What the process may do in AWS.'),
    scale: scale.optional(),
    user: z.string().min(1).optional().describe("Who the container runs as. Default: the image's own."),
    readOnly: z
      .boolean()
      .optional()
      .describe(
        'A root filesystem that cannot be written, with a volume at /tmp; for another user than root the image says VOLUME /tmp. Default: false.',
      ),
    exec: z
      .boolean()
      .optional()
      .describe(
        'Let `tapit exec` into its tasks (ECS Exec); tasks that run already are not opened. Default: false.',
      ),
    stayRunningSeconds: whole(0, 3600)
      .optional()
      .describe('How long a worker without a health check must run to count as good. Default: 15.'),
    drainSeconds: whole(0, 3600)
      .optional()
      .describe('How long a task that goes may still finish its requests. Default: 30.'),
    stopSeconds: whole(1, 120).optional().describe('From SIGTERM to SIGKILL. Default: 30.'),
    logDays: z
      .literal([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653])
      .optional()
      .describe('How long its log is kept. Default: 30.'),
  })
  .describe('One named part of the app: an ECS service.')

const route = z
  .strictObject({
    on: processName.describe('The web process that the request arrives at.'),
    path: z
      .string()
      .regex(/^\/(?:[\w.$/~"'@:+&-]*\/)?\*$|^\/[\w.$/~"'@:+&-]*$/, {
        error:
          'a path begins with "/"; it is exact ("/login"), or ends with "/*" for all below it ("/api/*"); the load balancer takes letters, digits and _ - . $ / ~ " \' @ : + &',
      })
      .max(126)
      .describe('"/login" is exact; "/api/*" is /api and all below it; "/*" is everything.'),
    to: processName.describe('The process that answers.'),
    stripPrefix: z
      .string()
      .optional()
      .describe('Taken off the path before the process sees it; the prefix of `path`.'),
    replacePrefix: z.string().optional().describe('Put in place of the prefix of `path`.'),
    rewrite: z.string().optional().describe('The path that the process sees, whatever came in.'),
    methods: z
      .array(z.enum(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']))
      .min(1)
      .optional()
      .describe('Only requests with these methods. Default: all.'),
  })
  .describe('Routes are tried in the order of the file; the first that fits answers.')

/** Also what stands in SSM (`releaseParameter`): what counts is what was deployed, whatever a laptop's tapit.yml says. */
export const release = z.strictObject({
  command: z.array(z.string()).min(1).describe('A command of the new image; it has ten minutes.'),
  process: processName
    .optional()
    .describe(
      'The process whose new image and settings it runs with. Default: `default`, else the first that is deployed.',
    ),
})

const schedule = z
  .strictObject({
    process: processName.describe('The process whose live image and settings the command runs with.'),
    command: z.array(z.string()).min(1).describe('What runs in the container.'),
    schedule: z
      .string()
      .regex(/^(?:cron\([^()]+\)|rate\(\d+ (?:minutes?|hours?|days?)\))$/, {
        error: 'a schedule is "cron(0 3 * * ? *)" or "rate(1 hour)"',
      })
      .describe('cron(minutes hours day-of-month month day-of-week year), or rate(1 hour).'),
    timezone: z.string().min(1).optional().describe('Of a cron schedule. Default: UTC.'),
  })
  .describe('A command that runs on a schedule.')

const metrics = [
  'http.error_rate',
  'http.response_time',
  'http.rpm',
  'system.cpu_usage_percentage',
  'system.memory_usage_percentage',
] as const

const rollbackRule = z.strictObject({
  metric: z.enum(metrics).describe('What is measured, of the new revision.'),
  above: z.number().nonnegative().optional().describe('Percent, milliseconds, or requests per minute.'),
  below: z.number().nonnegative().optional().describe('Percent, milliseconds, or requests per minute.'),
  forMinutes: whole(1, 60).optional().describe('For how long, in minutes. Default: 1.'),
})

const strategy = z
  .strictObject({
    type: z
      .enum(strategyTypes)
      .describe(
        'rolling: task by task. blue_green: all at once. canary: a first step, then all. linear: equal steps.',
      ),
    canaryPercent: z.number().min(0.1).max(100).optional().describe('Traffic of the first step. Default: 5.'),
    canaryBakeMinutes: whole(0, 1440).optional().describe('How long the first step lasts. Default: 10.'),
    stepPercent: z.number().min(3).max(100).optional().describe('Traffic of each step. Default: 10.'),
    stepBakeMinutes: whole(0, 1440).optional().describe('How long each step lasts. Default: 6.'),
    bakeMinutes: whole(0, 1440)
      .optional()
      .describe('How long both revisions stay after all traffic moved. Default: 0.'),
    minimumHealthyPercent: whole(0, 100)
      .optional()
      .describe('Healthy tasks during a deployment, at least, in percent of the count. Default: 100.'),
    maximumPercent: whole(100, 200)
      .optional()
      .describe('Tasks during a deployment, at most, in percent of the count. Default: 200.'),
    failureThreshold: z
      .union([
        whole(1, 200),
        z
          .string()
          .regex(/^(?:[1-9]\d?|100)%$/, {
            error: 'a threshold is a number of tasks from 1 to 200, or a share from "1%" to "100%"',
          })
          .meta({ title: 'a share from "1%" to "100%"' }),
      ])
      .optional()
      .describe(
        "Failed tasks until ECS gives up: a number, or a share of the tasks. Default: ECS's own 50%, at least 3.",
      ),
    pauseBefore: z
      .array(z.enum(pauseMoments))
      .min(1)
      .optional()
      .describe(
        'Wait for `tapit continue deploy` before traffic moves, before each step, or before the old tasks go.',
      ),
    pauseTimeoutMinutes: whole(1, 20_160)
      .optional()
      .describe('How long a pause may last, in minutes. Default: 1440.'),
    onPauseTimeout: z
      .enum(['continue', 'rollback'])
      .optional()
      .describe('What happens when a pause has lasted that long. Default: rollback.'),
    rollbackOn: z
      .array(rollbackRule)
      .min(1)
      .max(10)
      .optional()
      .describe('Measurements that roll the deployment back.'),
    targets: z
      .strictObject({
        environments: z.array(z.string()).min(1).optional().describe('Default: all.'),
        processes: z.array(z.string()).min(1).optional().describe('Default: all.'),
        regions: z.array(z.string()).min(1).optional().describe('Default: all.'),
      })
      .optional()
      .describe('Where the strategy may be used. Default: everywhere.'),
  })
  .describe('How traffic moves to a new revision.')

const instant = z.iso.datetime({ offset: true, error: 'a moment is written as 2026-12-20T00:00:00Z' })

/** What would match nobody is refused: AWS tells of nobody by a path, and an account has twelve digits. A `deny` of nobody lets everybody through. */
const somebody =
  /^(?:\*|(?:\d{12}|(?=[\d*]{1,12}:)\d*\*[\d*]*):(?:\*|root|(?:\*|role|user|federated-user)\/[\w+=,.@*-]+))$/

const principals = z
  .array(
    z.string().regex(somebody, {
      error:
        'somebody is written as <account>:role/<name> or <account>:user/<name>, the name without its path, the account with its 12 digits; * stands for any characters',
    }),
  )
  .min(1)
  .optional()

const refs = z.array(z.string().min(1)).min(1).optional()

const policy = z
  .strictObject({
    name: name('the name of a policy').describe('Its name, in messages and in the history.'),
    effect: z.enum(['deny', 'require_approval']).describe('What it does to deployments that match.'),
    environments: z.array(z.string()).min(1).optional().describe('Only in these environments. Default: all.'),
    processes: z.array(z.string()).min(1).optional().describe('Only of these processes. Default: all.'),
    callers: principals.describe(
      'Only by these: <account>:role/<name> or <account>:user/<name>, without a path, with *. Default: everybody.',
    ),
    exceptCallers: principals.describe('Not by these. Default: by everybody.'),
    triggers: z
      .array(z.enum(['manual', 'push', 'promote', 'rollback']))
      .min(1)
      .optional()
      .describe('Only deployments that began so. Default: all.'),
    strategies: z.array(z.string()).min(1).optional().describe('Only with these strategies. Default: all.'),
    gitRefs: refs.describe(
      'Only of these Git refs, with *: main, refs/tags/v*; a deployment that names none does not match. Default: all.',
    ),
    exceptGitRefs: refs.describe(
      'Not of these Git refs; a deployment that names none matches. Default: all.',
    ),
    severity: z
      .enum(['high', 'critical'])
      .optional()
      .describe('Only of images whose scan found that much, or whose scan is not known. Default: all.'),
    from: instant.optional().describe('Only from then on: 2026-12-20T00:00:00Z. Default: always.'),
    until: instant.optional().describe('Only before then. Default: always.'),
    approvers: principals.describe(
      'Who may approve: <account>:role/<name> or <account>:user/<name>, without a path, with *.',
    ),
    approvals: whole(1, 10).optional().describe('How many must approve. Default: 1.'),
    timeToReplyMinutes: whole(1, 43_200)
      .optional()
      .describe('How long an approval is waited for. Default: 1440, a day.'),
    allowedTimeToExecuteMinutes: whole(1, 43_200)
      .optional()
      .describe('How long an approved deployment may wait to be started. Default: 60.'),
    override: z
      .boolean()
      .optional()
      .describe('Whether override="reason" goes past it, loudly recorded. Default: false.'),
  })
  .describe('What can deny a deployment or ask for an approval.')

const awsRegion = z
  .string()
  .regex(/^[a-z]{2,3}(?:-[a-z]+)+-\d$/, { error: 'a region is written as eu-west-1' })

const vpcs = 'it is "new", or the id of a VPC such as vpc-0123456789abcdef0'

const network = z
  .strictObject({
    vpc: z
      .union([z.literal('new'), z.string().regex(/^vpc-[0-9a-f]{8,17}$/, { error: vpcs })], { error: vpcs })
      .describe('"new", or the id of an existing VPC.'),
    zones: whole(2, 6).optional().describe('Availability zones of a new VPC. Default: 2.'),
    natGateways: whole(1, 6)
      .optional()
      .describe('Of a new VPC; one for each zone survives the loss of a zone. Default: 1.'),
    endpoints: z
      .boolean()
      .optional()
      .describe('Interface endpoints for ECR, logs, SSM and Secrets Manager. Default: false.'),
  })
  .describe('Default: a new VPC.')

const domain = z
  .strictObject({
    name: z
      .string()
      .regex(/^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/, {
        error: 'a domain is written in lower case, such as shop.example.com',
      })
      .describe(
        'Where `default` answers. Other environments than production: <environment>.<name>, unless they have a domain of their own.',
      ),
    certificate: z
      .string()
      .regex(/^arn:aws[\w-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/, {
        error: 'a certificate is the ARN of one in ACM: arn:aws:acm:<region>:<account>:certificate/<id>',
      })
      .describe(
        'Of the domain, in the region and account of the app; it must cover the hosts of all processes.',
      ),
    zone: z
      .string()
      .regex(/^Z[0-9A-Z]{1,31}$/, { error: 'a hosted zone is written as Z0123456789ABCDEFGHIJ' })
      .optional()
      .describe('The hosted zone that gets its records. Left out: you make the records.'),
  })
  .describe('Left out: the load balancer answers over HTTP at its own name.')

const notify = z
  .strictObject({
    emails: z.array(z.email()).min(1).optional().describe('E-mail addresses; each has to confirm once.'),
    topic: z
      .string()
      .regex(/^arn:aws[\w-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+$/, { error: 'a topic is the ARN of one in SNS' })
      .optional()
      .describe('An SNS topic. Default: one of its own.'),
  })
  .describe('Who hears of failed deployments, failed tasks and alarms.')

const alarms = z
  .strictObject({
    errorPercent: z.number().positive().max(100).optional().describe('Answers with a 5xx. Default: 5.'),
    latencyMs: whole(1, 600_000).optional().describe('The 95th percentile. Default: 2000.'),
  })
  .describe('When the alarms ring.')

const images = z
  .strictObject({ keep: whole(1, 1000).describe('Images and revisions kept to roll back to. Default: 10.') })
  .describe('Default: 10.')

const approverRole = z
  .strictObject({
    assumedBy: z
      .array(
        z.string().regex(/^arn:aws[\w-]*:iam::\d{12}:(?:role|user)\/[\w+=,.@/-]+$/, {
          error:
            'somebody is the ARN of a role or user: arn:aws:iam::<account>:role/<name>, without *, and not the whole account',
        }),
      )
      .min(1)
      .describe('Who may assume it: ARNs of roles and users.'),
  })
  .describe(
    'The role that approves and starts deployments where they are `enforced`; `assumedBy` lists who may assume it: ARNs of roles and users.',
  )

/** Somebody who writes an expression means its value; and in a workflow that is made of this file, GitHub would evaluate it. */
const branch = z.string().regex(/^(?!.*\$\{\{).+$/, {
  error: 'a branch is written by its name, and "${{ … }}" is evaluated by nobody',
})

const environment = z
  .strictObject({
    branch: branch.optional().describe('The branch that deploys here.'),
    profile: z
      .string()
      .min(1)
      .optional()
      .describe(
        'The AWS profile on laptops; what the environment says (AWS_PROFILE, keys, CI) comes before it.',
      ),
    account: z
      .string()
      .regex(/^\d{12}$/, { error: 'an account is 12 digits, quoted: "111122223333"' })
      .optional()
      .describe('The AWS account, 12 digits in quotes. Default: that of the credentials.'),
    region: awsRegion.optional().describe('Default: the region of the app.'),
    cluster: name('the name of a cluster')
      .optional()
      .describe('Default: <app>, in others than production <app>-<environment>.'),
    network: network.optional(),
    domain: domain
      .optional()
      .describe('Default: <environment>.<domain of the app>; in production the domain of the app itself.'),
    notify: notify.optional(),
    alarms: alarms.optional(),
    images: images.optional(),
    enforced: z
      .boolean()
      .optional()
      .describe(
        'The deploy role can only ask; `approverRole` approves and starts. Needs a policy that asks for an approval of everything. Default: false.',
      ),
    approverRole: approverRole.optional(),
    promotesFrom: z
      .array(name('the name of an environment'))
      .min(1)
      .optional()
      .describe(
        'Environments of the same account that `tapit promote` may take images from: the deploy role may read them. Default: none.',
      ),
    processes: z
      .record(processName, process.partial())
      .optional()
      .describe('What is different here; variables and secrets are added, all else replaced.'),
  })
  .describe('One environment: what is different there.')

export const schema = z
  .strictObject({
    $schema: z.string().optional().describe('Where an editor finds this schema; tapit does not look at it.'),
    app: name('the name of an app').describe(
      'The name of the app; in production that of its cluster and stack too.',
    ),
    region: awsRegion.optional().describe('The AWS region. Default: that of your AWS settings.'),
    github: z
      .string()
      .regex(/^(?:[\w.-]{1,39}\/[\w.-]{1,100}|[\w.-]{1,39}@\d+\/[\w.-]{1,100}@\d+)$/, {
        error: 'a repository is written as owner/name, or with its ids as owner@1234/name@5678',
      })
      .optional()
      .describe(
        'The repository whose Actions may deploy, by environment; one that was made or renamed since 15 July 2026 with the ids that GitHub puts into its tokens: owner@<id>/name@<id>.',
      ),
    githubProvider: z
      .enum(['create', 'existing'])
      .optional()
      .describe("Whether the account has GitHub's OIDC provider already. Default: create."),
    network: network.optional(),
    domain: domain.optional(),
    notify: notify.optional(),
    alarms: alarms.optional(),
    environments: z
      .record(name('the name of an environment'), environment)
      .optional()
      .describe('Default: production alone.'),
    groups: z
      .record(
        name('the name of a group'),
        z.array(name('the name of an environment')).min(1).describe('Names of environments.'),
      )
      .optional()
      .describe(
        'Environments that are deployed to at once (`create deploy apps=everywhere`), by the name of the group.',
      ),
    processes: z.record(processName, process).describe('The parts of the app, by name.'),
    routes: z
      .array(route)
      .optional()
      .describe('Paths that another process answers, in the order in which they are tried.'),
    schedules: z
      .record(name('the name of a schedule'), schedule)
      .optional()
      .describe('Commands that run at times, by name.'),
    strategies: z
      .record(name('the name of a strategy'), strategy)
      .optional()
      .describe('How traffic moves to a new revision, by name.'),
    policies: z.array(policy).optional().describe('What can deny a deployment or ask for an approval.'),
    release: release
      .optional()
      .describe(
        'Run once with the new image before any process starts with it; where it fails, nothing is deployed.',
      ),
    images: images.optional(),
    build: build.optional(),
  })
  .describe('tapit.yml: an app on ECS Fargate.')

/** tapit.yml as it is written, its form checked. */
export type TapitFile = z.infer<typeof schema>
export type ProcessSettings = z.infer<typeof process>
export type RouteSettings = z.infer<typeof route>
export type StrategySettings = z.infer<typeof strategy>
export type PolicySettings = z.infer<typeof policy>
export type ReleaseSettings = z.infer<typeof release>
