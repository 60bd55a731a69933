import type { DeclaredCommand, DeclaredFlag, DeclaredKey } from '../../argv/declared-command.ts'
import { overrideKey, processes, timeout, wait, dryRun } from '../shared-keys.ts'

/** Day-to-day work on what runs. */
export const runningCommands: readonly DeclaredCommand[] = [
  {
    words: ['run'],
    group: 'Run',
    summary: 'Run a command once, in a task of its own with the image that is deployed.',
    keys: [
      {
        name: 'process',
        summary: 'The process whose image, settings and network it gets. Default: default.',
        selects: true,
      },
      { name: 'docker_tag', summary: 'Another image. Default: the one that is deployed.' },
      {
        name: 'cpu',
        summary: 'CPU units of this task. Default: as the process has.',
        number: { min: 256, max: 16_384 },
      },
      {
        name: 'memory',
        summary: 'Memory of this task in MiB. Default: as the process has.',
        number: { min: 512, max: 122_880 },
      },
    ],
    flags: [{ name: 'detach', summary: 'Start it, print the id of its task, and return.' }],
    rest: 'COMMAND...',
    examples: [
      {
        line: 'tapit run -- node migrate.js',
        does: 'Its output, as it comes, and its exit code.',
      },
      {
        line: 'tapit run process=worker memory=4096 -- node report.js --month 10',
        does: 'With more memory than the process has.',
      },
      { line: 'tapit run docker_tag=v1.4.0 -o json -- node check.js', does: 'With another image, as JSON.' },
    ],
    load: async () => (await import('../run.ts')).run,
  },
  {
    words: ['exec'],
    group: 'Run',
    summary: 'Get into a running task: a shell, or a command (ECS Exec).',
    keys: [
      { name: 'process', summary: 'The process into whose task.', selects: true },
      {
        name: 'task',
        summary: 'Its id, or the beginning. Default: the one that started last.',
        selects: true,
      },
      { name: 'container', summary: 'Default: the one that runs the image of the app.', selects: true },
    ],
    flags: [],
    rest: 'COMMAND...',
    examples: [
      { line: 'tapit exec process=default', does: 'A shell (/bin/sh).' },
      { line: 'tapit exec process=worker task=1f0c2a -- /bin/bash', does: 'Another one, in one task.' },
    ],
    load: async () => (await import('../exec.ts')).exec,
  },
  {
    words: ['stop'],
    group: 'Run',
    summary: 'Stop processes: no task runs any more, and what a start needs is kept in mind.',
    keys: [processes('The processes to stop.'), { name: 'reason', summary: 'Why, for the history.' }],
    flags: [wait('Until none of their tasks is left.'), timeout()],
    examples: [
      { line: 'tapit stop process=worker --wait', does: 'Stop one process.' },
      {
        line: 'tapit -e staging stop process=default,worker reason="over night"',
        does: 'Stop two of staging.',
      },
    ],
    load: async () => (await import('../stop.ts')).stop,
  },
  {
    words: ['start'],
    group: 'Run',
    summary:
      'Start processes that are stopped: a deployment of what was live, with as many tasks as there were.',
    keys: againKeys('The processes to start.'),
    flags: againFlags(),
    examples: [
      { line: 'tapit start process=worker --wait', does: 'Start one process and follow it.' },
      { line: 'tapit -e staging start process=default,worker', does: 'Start two of staging and return.' },
    ],
    load: async () => (await import('../start.ts')).start,
  },
  {
    words: ['restart'],
    group: 'Run',
    summary:
      'Replace the tasks of processes by new ones: a deployment of the same image and task definition.',
    keys: againKeys('The processes to restart.'),
    flags: againFlags(),
    examples: [
      { line: 'tapit restart process=default --wait', does: 'Restart one process and follow it.' },
      { line: 'tapit restart process=worker reason="it leaks" --wait', does: 'And say why.' },
    ],
    load: async () => (await import('../restart.ts')).restart,
  },
  {
    words: ['scale'],
    group: 'Run',
    summary: 'Set how many tasks processes run, at once and without a deployment.',
    keys: [
      processes('The processes to scale.'),
      { name: 'count', summary: 'How many tasks of each.' },
      { name: 'reason', summary: 'Why, for the history.' },
    ],
    flags: [],
    examples: [
      { line: 'tapit scale process=worker count=4', does: 'Four tasks of one process.' },
      { line: 'tapit scale process=default,worker count=2 reason=sale', does: 'Two of each, and why.' },
    ],
    load: async () => (await import('../scale.ts')).scale,
  },
]

/** What a deployment of something that was there before takes. */
function againKeys(which: string): readonly DeclaredKey[] {
  return [
    processes(which),
    { name: 'initiator', summary: 'Who or what asks for it, for the history.' },
    { name: 'reason', summary: 'Why, for the history.' },
    overrideKey(),
  ]
}

function againFlags(): readonly DeclaredFlag[] {
  return [wait(), timeout(), dryRun()]
}
