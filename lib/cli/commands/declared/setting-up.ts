import type { DeclaredCommand } from '../../argv/declared-command.ts'

/** Before the first deploy, and around it. */
export const settingUpCommands: readonly DeclaredCommand[] = [
  {
    words: ['show', 'config'],
    group: 'Set up',
    summary: 'What tapit.yml comes to in an environment: overrides applied, defaults filled in.',
    keys: [],
    flags: [],
    examples: [
      { line: 'tapit show config', does: 'Production; every mistake in the file, if there are any.' },
      { line: 'tapit -e staging show config -o json', does: 'Another environment, as JSON.' },
    ],
    load: async () => (await import('../show-config.ts')).showConfig,
  },
  {
    words: ['show', 'schema'],
    group: 'Set up',
    summary: 'Print the JSON Schema of tapit.yml, for editors.',
    keys: [],
    flags: [],
    examples: [
      { line: 'tapit show schema > tapit.schema.json', does: 'For an editor that reads a file.' },
      { line: 'tapit show schema -o json', does: 'As a member of a document.' },
    ],
    load: async () => (await import('../show-schema.ts')).showSchema,
  },
  {
    words: ['init'],
    group: 'Set up',
    summary: 'Write a tapit.yml for what lies in this folder.',
    keys: [
      { name: 'region', summary: 'The AWS region. Default: $AWS_REGION.' },
      { name: 'github', summary: "owner/name whose Actions may deploy. Default: the folder's Git remote." },
      { name: 'domain', summary: 'The domain of the app; needs a certificate.' },
      { name: 'certificate', summary: 'The ARN of its certificate in ACM.' },
      { name: 'from', summary: 'A compartment.yml to bring over, and the routes beside it.', selects: true },
    ],
    flags: [{ name: 'force', summary: 'Write a new tapit.yml in the place of the one that is there.' }],
    examples: [
      {
        line: 'tapit init',
        does: 'From Dockerfiles, Procfile, Compose file and package.json; asks on a terminal.',
      },
      { line: 'tapit init --app shop region=eu-west-1 github=example-org/shop', does: 'Without questions.' },
      { line: 'tapit init from=compartment.yml', does: 'Bring over a Compartment project.' },
    ],
    load: async () => (await import('../init.ts')).init,
  },
  {
    words: ['create', 'workflow'],
    group: 'Set up',
    summary: 'Write a GitHub workflow: a push deploys to the environment of its branch, a release promotes.',
    keys: [{ name: 'file', summary: 'The file. Default: .github/workflows/deploy.yml.' }],
    flags: [{ name: 'force', summary: 'Write it in the place of the one that is there.' }],
    examples: [
      { line: 'tapit create workflow', does: 'For the branches that tapit.yml maps to environments.' },
      { line: 'tapit create workflow file=.github/workflows/release.yml', does: 'Beside another one.' },
    ],
    load: async () => (await import('../create-workflow.ts')).createWorkflow,
  },
  {
    words: ['setup'],
    group: 'Set up',
    summary: 'Create the table of records where no tapit CDK stack did.',
    keys: [],
    flags: [],
    examples: [
      { line: 'tapit setup', does: 'In the account and region of tapit.yml, else of your AWS credentials.' },
      { line: 'AWS_PROFILE=shop-prod tapit setup', does: 'In another account.' },
    ],
    load: async () => (await import('../setup.ts')).setup,
  },
  {
    words: ['completion'],
    group: 'Set up',
    summary: 'Print the completion script of a shell.',
    keys: [
      { name: 'shell', summary: 'The shell. Default: that of $SHELL.', allowed: ['bash', 'zsh', 'fish'] },
    ],
    flags: [],
    examples: [
      { line: 'eval "$(tapit completion shell=bash)"', does: 'In ~/.bashrc; likewise with zsh in ~/.zshrc.' },
      { line: 'tapit completion shell=fish > ~/.config/fish/completions/tapit.fish', does: 'For fish.' },
    ],
    load: async () => (await import('../completion.ts')).completion,
  },
]
