import type { DeclaredCommand } from '../../argv/declared-command.ts'
import { deploymentStatuses, stepNames } from '../../../names/vocabulary.ts'
import { processes, timeout, wait } from '../shared-keys.ts'

/** What runs, what ran, and why. */
export const seeingCommands: readonly DeclaredCommand[] = [
  {
    words: ['status'],
    group: 'See what happens',
    summary: 'What runs: version, stage, health and tasks of every process.',
    keys: [],
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
    words: ['list', 'deploys'],
    group: 'See what happens',
    summary: 'The history of deployments, newest first.',
    keys: [
      processes('Only deployments of these processes.'),
      { name: 'status', summary: 'Only deployments with this status.', allowed: deploymentStatuses },
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
    words: ['doctor'],
    group: 'See what happens',
    summary: 'What a `cdk deploy` would spoil of what runs now; exit code 3 if it must wait.',
    keys: [
      { name: 'scope', summary: 'What to look at. Default: infra.', allowed: ['infra'] },
      { name: 'template', summary: 'The synthesized template. Default: cdk.out/<stack>.template.json.' },
      { name: 'change_set', summary: 'A change set that was not executed yet, in place of a template.' },
      { name: 'stack', summary: 'The stack. Default: that of the app.', selects: true },
    ],
    flags: [],
    examples: [
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
