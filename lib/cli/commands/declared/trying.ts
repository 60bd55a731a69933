import type { DeclaredCommand } from '../../argv/declared-command.ts'
import { behaviours } from '../../../sandbox/ecr/behaviour.ts'
import { hookAnswers, hookStages } from '../../../sandbox/ecs/state.ts'
import { processes } from '../shared-keys.ts'

/** The sandbox. */
export const tryingCommands: readonly DeclaredCommand[] = [
  {
    words: ['sandbox', 'start'],
    group: 'Try it without AWS',
    summary: 'Start the AWS sandbox on this machine, with an app in it.',
    keys: [
      {
        name: 'timings',
        summary: 'How long things take in it. Default: short.',
        allowed: ['short', 'realistic'],
      },
      {
        name: 'minute',
        summary: 'How long a minute of bake times, pauses and alarms lasts. Default: 2s, realistic: 60s.',
      },
    ],
    flags: [],
    examples: [
      { line: 'tapit sandbox start', does: 'Start it; --sandbox does so when needed.' },
      { line: 'tapit sandbox start timings=realistic', does: 'As slow as AWS.' },
      { line: 'tapit sandbox start minute=500ms', does: 'Ten minutes of bake time in five seconds.' },
    ],
    load: async () => (await import('../sandbox-start.ts')).sandboxStart,
  },
  {
    words: ['sandbox', 'stop'],
    group: 'Try it without AWS',
    summary: 'Stop the sandbox; its state is kept.',
    keys: [],
    flags: [],
    examples: [
      { line: 'tapit sandbox stop', does: 'Stop it.' },
      { line: 'tapit sandbox stop && tapit sandbox start', does: 'Restart it where it was.' },
    ],
    load: async () => (await import('../sandbox-stop.ts')).sandboxStop,
  },
  {
    words: ['sandbox', 'status'],
    group: 'Try it without AWS',
    summary: 'Whether the sandbox runs, and where.',
    keys: [],
    flags: [],
    examples: [
      { line: 'tapit sandbox status', does: 'Its endpoint and since when it runs.' },
      { line: 'tapit sandbox status -o json', does: 'The same as JSON.' },
    ],
    load: async () => (await import('../sandbox-status.ts')).sandboxStatus,
  },
  {
    words: ['sandbox', 'reset'],
    group: 'Try it without AWS',
    summary: 'Put the sandbox back to its beginning.',
    keys: [],
    flags: [],
    examples: [
      { line: 'tapit sandbox reset --yes', does: 'Forget all that was done in it.' },
      { line: 'tapit sandbox reset', does: 'The same in a script; on a terminal it wants --yes.' },
    ],
    load: async () => (await import('../sandbox-reset.ts')).sandboxReset,
  },
  {
    words: ['sandbox', 'env'],
    group: 'Try it without AWS',
    summary: 'Print the variables that point any AWS client at the sandbox.',
    keys: [],
    flags: [],
    examples: [
      { line: 'eval "$(tapit sandbox env)"', does: 'For this shell: aws, boto3, terraform, tapit.' },
      { line: 'tapit sandbox env -o json', does: 'The variables as JSON.' },
    ],
    load: async () => (await import('../sandbox-env.ts')).sandboxEnv,
  },
  {
    words: ['sandbox', 'push'],
    group: 'Try it without AWS',
    summary: 'Push an image to the sandbox that will behave as you say.',
    keys: [
      { name: 'docker_tag', summary: 'The tag of the new image.' },
      processes('The processes that behave so. Default: all of them.'),
      {
        name: 'behaviour',
        summary: 'What it does when it runs. Default: ok.',
        allowed: behaviours,
      },
      {
        name: 'exit_code',
        summary: 'What a command exits with that is run with it once (tapit run, release). Default: 0.',
        number: { min: 0, max: 255 },
      },
      { name: 'log', summary: String.raw`What such a command logs; \n stands between its lines.` },
    ],
    flags: [],
    examples: [
      { line: 'tapit sandbox push docker_tag=v2', does: 'An image that works.' },
      {
        line: 'tapit sandbox push docker_tag=v3 process=worker behaviour=crash',
        does: 'One whose worker crashes.',
      },
      {
        line: 'tapit sandbox push docker_tag=v4 exit_code=1 log="table is locked"',
        does: 'One whose migrations fail.',
      },
    ],
    load: async () => (await import('../sandbox-push.ts')).sandboxPush,
  },
  {
    words: ['sandbox', 'traffic'],
    group: 'Try it without AWS',
    summary: 'Be the users of an app in the sandbox: which version answers them, and how.',
    keys: [
      {
        name: 'rps',
        summary: 'Requests per second, from 1 to 500. Default: 20.',
        number: { min: 1, max: 500 },
      },
      {
        name: 'seconds',
        summary: 'For how long, from 1 to 86400. Default: until Ctrl-C.',
        number: { min: 1, max: 86_400 },
      },
      {
        name: 'url',
        summary: 'Where. Default: the load balancer of the app’s public process.',
        selects: true,
      },
    ],
    flags: [],
    examples: [
      { line: 'tapit sandbox traffic', does: 'A line each second, during a deploy in another window.' },
      { line: 'tapit sandbox traffic rps=50 seconds=60 -o json', does: 'A minute of them, as JSON.' },
    ],
    load: async () => (await import('../sandbox-traffic.ts')).sandboxTraffic,
  },
  {
    words: ['sandbox', 'hook'],
    group: 'Try it without AWS',
    summary: 'Set what a Lambda hook of a deployment answers in the sandbox.',
    keys: [
      { name: 'function', summary: 'The Lambda function, by its name or ARN.' },
      { name: 'answer', summary: 'What it answers from now on.', allowed: hookAnswers },
      { name: 'stage', summary: 'Only at this stage. Default: at all of them.', allowed: hookStages },
    ],
    flags: [],
    examples: [
      {
        line: 'tapit sandbox hook function=smoke-test answer=failed',
        does: 'Deployments with it roll back.',
      },
      {
        line: 'tapit sandbox hook function=smoke-test answer=in_progress stage=POST_SCALE_UP',
        does: 'It makes them wait there.',
      },
    ],
    load: async () => (await import('../sandbox-hook.ts')).sandboxHook,
  },
]
