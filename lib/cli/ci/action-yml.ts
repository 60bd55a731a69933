import type { DeclaredCommand } from '../argv/declared-command.ts'

/** What the action can do; the first is what it does unless it is told otherwise. */
const runs: readonly string[] = [
  'create deploy',
  'image build',
  'image deploy',
  'promote',
  'rollback',
  'continue deploy',
  'cancel deploy',
  'execute deploy',
]

/** A key or a flag of some of them. */
type Input = { readonly name: string; readonly summary: string; readonly commands: readonly string[] }

const own = {
  command: `What to do: ${runs.join(', ')}. Default: ${runs[0]}.`,
  role: 'The ARN of the role to deploy as; the job needs "id-token: write". Default: the AWS credentials of the job.',
  region: 'The AWS region. Default: that of tapit.yml, else $AWS_REGION.',
  app: 'The app. Default: that of tapit.yml, else the name of the repository.',
  environment: 'Its environment. Default: the one that tapit.yml maps the branch to.',
  'working-directory': 'The folder of tapit.yml. Default: that of the repository.',
  version: 'The version of tapit. Default: the one that this action belongs to.',
} as const

const outputs = {
  group: 'The id of the group of deployments: grp_…',
  status: 'The status of the group: finalized, running, …',
  outcome: 'How it ended: done, failed, superseded, waiting, in_progress, interrupted.',
  deployments: 'The deployments as JSON, as tapit show deploy -o json has them, without log lines.',
  docker_tag: 'The tag that was deployed.',
  url: 'The address of the public process.',
} as const

/**
 * The action.yml at the root of the repository, out of the table of commands. Inputs reach the program as variables and never as a part of a
 * script: a value such as the name of a branch, which anybody may choose, is nothing that a shell reads.
 */
export function actionYml(commands: readonly DeclaredCommand[]): string {
  const known = commands.filter(({ words }) => runs.includes(words.join(' ')))
  const inputs = inputsOf(known)
  const names = [...Object.keys(own), ...inputs.map(({ name }) => name)]
  const waiting = known.filter(({ flags }) => flags.some(({ name }) => name === 'wait'))
  return [
    '# Made from the table of commands by lib/cli/ci/action-yml.ts: npx vitest run --project cli test/cli/ci/action-yml.test.ts -u',
    'name: tapit',
    'description: Deploys to ECS Fargate, one deployment per process, each rolling back on its own',
    '',
    '# An input that is empty is one that was not given.',
    'inputs:',
    ...Object.entries(own).flatMap(([name, text]) => described(name, text)),
    ...inputs.flatMap(({ name, summary, commands: those }) =>
      described(name, those.length === known.length ? summary : `${summary} (${those.join(', ')})`),
    ),
    '',
    'outputs:',
    ...Object.entries(outputs).flatMap(([name, text]) => [
      ...described(name, text),
      `    value: \${{ steps.tapit.outputs.${name} }}`,
    ]),
    '',
    'runs:',
    '  using: composite',
    '  steps:',
    '    - id: tapit',
    '      shell: bash',
    '      env:',
    ...names.map(name => `        TAPIT_INPUT_${variable(name)}: \${{ inputs.${name} }}`),
    `        TAPIT_WAITING: ${waiting.map(({ words }) => words.join(' ')).join(',')}`,
    '      # In the place of the shell, which would not hand on that the job was cancelled.',
    '      run: exec node "$GITHUB_ACTION_PATH/action/run.mjs"',
    '',
  ].join('\n')
}

function inputsOf(commands: readonly DeclaredCommand[]): readonly Input[] {
  const all = new Map<string, Input>()
  for (const { words, keys, flags } of commands) {
    for (const { name, summary } of [...keys, ...flags]) {
      const before = all.get(name)
      const text = name === 'wait' ? waitText : summary
      all.set(name, {
        name,
        summary: before?.summary ?? text,
        commands: [...(before?.commands ?? []), words.join(' ')],
      })
    }
  }
  return [...all.values()]
}

const waitText = 'Whether to follow the deployments to their end. Default: true.'

/** Not every shell hands on variables with a hyphen. */
function variable(name: string): string {
  return name.replaceAll('-', '_')
}

function described(name: string, text: string): readonly string[] {
  return [`  ${name}:`, `    description: '${text.replaceAll("'", "''")}'`]
}
