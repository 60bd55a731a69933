import type { DeclaredCommand } from '../../argv/declared-command.ts'
import { deploymentStatuses, stepNames } from '../../../names/vocabulary.ts'
import { processes, timeout, wait } from '../shared-keys.ts'

/** What runs, what ran, and why. */
export const seeingCommands: readonly DeclaredCommand[] = [
  {
    words: ['status'],
    group: 'See what happens',
    summary: 'What runs: version, stage, health and tasks of every process.',
    keys: [processes('Only these processes.')],
    flags: [],
    examples: [
      { line: 'tapit status', does: 'Every process of the app of this directory.' },
      { line: 'tapit -a shop -e staging status -o json', does: 'Another app and environment, as JSON.' },
    ],
    load: async () => (await import('../status.ts')).status,
  },
  {
    words: ['show', 'deploy'],
    group: 'See what happens',
    summary: 'A deployment, or all of a group: where it stands, and why it failed.',
    keys: [
      {
        name: 'id',
        summary: 'A deployment (dep_…) or group (grp_…). Default: the newest group.',
        selects: true,
      },
    ],
    flags: [wait('Follow until all have come to their ends; their outcome is the exit code.'), timeout()],
    examples: [
      { line: 'tapit show deploy', does: 'The newest group, process by process.' },
      { line: 'tapit show deploy --wait', does: 'Take up again what is under way.' },
      { line: 'tapit show deploy id=dep_01jd… -o json', does: 'One deployment, as JSON.' },
    ],
    load: async () => (await import('../show-deploy.ts')).showDeploy,
  },
  {
    words: ['show', 'group'],
    group: 'See what happens',
    summary: 'A group over all of its apps, regions and accounts.',
    keys: [{ name: 'id', summary: 'The group (grp_…). Default: the newest.', selects: true }],
    flags: [wait('Follow until all have come to their ends; their outcome is the exit code.'), timeout()],
    examples: [
      { line: 'tapit show group', does: 'The newest group, app by app.' },
      { line: 'tapit -a shop-us show group id=grp_01jd… --wait', does: 'Follow one, from any of its apps.' },
    ],
    load: async () => (await import('../show-group.ts')).showGroup,
  },
  {
    words: ['list', 'deploys'],
    group: 'See what happens',
    summary: 'The history of deployments, newest first.',
    keys: [
      processes('Only deployments of these processes.'),
      { name: 'status', summary: 'Only deployments with this status.', allowed: deploymentStatuses },
      {
        name: 'initiator',
        summary: 'Only deployments that they began: as it was said, or the ARN of the caller.',
      },
      { name: 'since', summary: 'Only deployments that are no older, such as 7d.', duration: true },
      { name: 'limit', summary: 'How many, from 1 to 100. Default: 20.', number: { min: 1, max: 100 } },
      { name: 'next_token', summary: 'Where to go on: nextToken of the answer before.' },
    ],
    flags: [],
    examples: [
      { line: 'tapit list deploys', does: 'The newest 20.' },
      {
        line: 'tapit list deploys process=worker status=rolled_back limit=5',
        does: 'The last failures of a process.',
      },
      {
        line: 'tapit list deploys initiator=github-actions since=7d -o json',
        does: 'A week of CI, as JSON.',
      },
    ],
    load: async () => (await import('../list-deploys.ts')).listDeploys,
  },
  {
    words: ['show', 'logs'],
    group: 'See what happens',
    summary: 'Log lines of the processes, or of a deployment and its steps.',
    keys: [
      processes('The processes. Default: all of them.'),
      { name: 'since', summary: 'How far to look back. Default: 10m.', duration: true },
      { name: 'deploy', summary: 'The log of this deployment (dep_…) itself.', selects: true },
      { name: 'step', summary: 'Only this step of the deployment.', allowed: stepNames },
      {
        name: 'limit',
        summary: 'Only the last lines of what is there, from 1 to 10000.',
        number: { min: 1, max: 10_000 },
      },
    ],
    flags: [
      {
        name: 'follow',
        alias: 'f',
        summary: 'Go on with new lines: with deploy= until it (or step=) is over, else until Ctrl-C.',
      },
    ],
    examples: [
      { line: 'tapit show logs process=worker since=1h', does: 'What the worker logged within an hour.' },
      { line: 'tapit show logs deploy=dep_01jd… step=deploy', does: 'The log of one step of a deployment.' },
      { line: 'tapit show logs --follow', does: 'All processes, as they log.' },
    ],
    load: async () => (await import('../show-logs.ts')).showLogs,
  },
  {
    words: ['show', 'audit'],
    group: 'See what happens',
    summary: 'Who changed what, when, by which command and why; newest first.',
    keys: [
      {
        name: 'since',
        summary: 'How far to look back. Default: 30d; with id=, to its beginning.',
        duration: true,
      },
      { name: 'id', summary: 'Only what is about this deployment (dep_…) or group (grp_…).', selects: true },
      processes('Only what is about these processes.'),
      { name: 'limit', summary: 'How many, from 1 to 1000. Default: 50.', number: { min: 1, max: 1_000 } },
      { name: 'next_token', summary: 'Where to go on: nextToken of the answer before.' },
    ],
    flags: [],
    examples: [
      { line: 'tapit show audit', does: 'The newest 50 events.' },
      { line: 'tapit show audit since=7d process=worker', does: 'What was done to a process within a week.' },
      { line: 'tapit show audit id=dep_01jd… -o json', does: 'The life of one deployment, as JSON.' },
    ],
    load: async () => (await import('../show-audit.ts')).showAudit,
  },
  {
    words: ['diff'],
    group: 'See what happens',
    summary:
      'What differs between two versions: image, names of variables and secrets, size, command, tasks.',
    keys: [
      {
        name: 'from',
        summary: 'A deployment (dep_…), or an environment: what runs there. Default: what runs here.',
        selects: true,
      },
      {
        name: 'to',
        summary: 'The same. Default: what runs here; without from=, what the next deploy would bring.',
        selects: true,
      },
      processes('Only these processes. Default: all that both have.'),
    ],
    flags: [],
    examples: [
      { line: 'tapit diff from=dep_01jd…', does: 'What has changed since that deployment.' },
      { line: 'tapit diff from=staging to=production', does: 'What a promotion would find different.' },
      { line: 'tapit diff process=worker -o json', does: 'What waits for the next deploy, as JSON.' },
    ],
    load: async () => (await import('../diff.ts')).diff,
  },
  {
    words: ['doctor'],
    group: 'See what happens',
    summary:
      'Whether all is there that a deploy needs, or what a `cdk deploy` would spoil; exit code 3 if not so.',
    keys: [
      {
        name: 'scope',
        summary:
          'What to look at: what a deploy needs (app), or what a cdk deploy would spoil (infra). Default: app.',
        allowed: ['app', 'infra'],
      },
      {
        name: 'template',
        summary: 'infra: the synthesized template. Default: cdk.out/<stack>.template.json.',
      },
      {
        name: 'change_set',
        summary: 'infra: a change set that was not executed yet, in place of a template.',
      },
      { name: 'stack', summary: 'infra: the stack. Default: that of the app.', selects: true },
    ],
    flags: [],
    examples: [
      {
        line: 'tapit doctor',
        does: 'Credentials, region, clock, table, cluster and processes: each a line, with what to do.',
      },
      {
        line: 'npx cdk synth -q && npx tapit doctor scope=infra && npx cdk deploy --app cdk.out --all',
        does: 'Deploy infrastructure, as it was judged, if nothing speaks against it.',
      },
      { line: 'tapit -e staging doctor scope=infra', does: 'Ask for another environment.' },
      {
        line: 'tapit -e staging doctor change_set=cdk-deploy-change-set -o json',
        does: 'Judge a change set, as JSON.',
      },
    ],
    load: async () => (await import('../doctor.ts')).doctor,
  },
]
