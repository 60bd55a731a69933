/** What a workflow does for one environment. */
export type WorkflowDeploy = {
  readonly environment: string
  readonly branch: string
  /** ARN. @default - the variable `DEPLOY_ROLE` of the environment */
  readonly role?: string
  /** @default - the variable `AWS_REGION` */
  readonly region?: string
}

export type Workflow = {
  readonly deploys: readonly WorkflowDeploy[]
  /** What a release brings from where to where. @default - nothing */
  readonly promotion?: {
    readonly from: string
    readonly to: Pick<WorkflowDeploy, 'environment' | 'role' | 'region'>
  }
  /** Of tapit. */
  readonly version: string
}

/** Commits, since a tag can be moved to other code; Dependabot reads the comments and proposes newer ones. */
const actions = {
  checkout: 'actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0',
  node: 'actions/setup-node@a0853c24544627f65ddf259abe73b1d18a591444 # v5.0.0',
  aws: 'aws-actions/configure-aws-credentials@a03048d87541d1d9fcf2ecf528a4a65ba9bd7838 # v5.0.0',
} as const

/** A workflow of GitHub Actions: a push builds and deploys to the environment of its branch, a release promotes. */
export function workflow({ deploys, promotion, version }: Workflow): string {
  const branches = [...new Set(deploys.map(({ branch }) => branch))]
  return [
    '# Written by tapit create workflow; docs/ci.md of tapit says why it is as it is. It is yours now.',
    'name: deploy',
    'on:',
    '  push:',
    `    branches: [${branches.map(branch => text(asPattern(branch))).join(', ')}]`,
    ...(promotion === undefined ? [] : ['  release:', '    types: [released]']),
    '',
    '# Each job asks for what it needs.',
    'permissions: {}',
    '',
    'jobs:',
    ...deploys.flatMap(deploy => [...deployJob(deploy, version), '']),
    ...(promotion === undefined ? [] : promotionJob(promotion, version)),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n')
}

function deployJob(deploy: WorkflowDeploy, version: string): readonly string[] {
  const { environment, branch } = deploy
  return job({
    id: `deploy-${environment}`,
    when: `github.event_name == 'push' && github.ref == ${literal(`refs/heads/${branch}`)}`,
    to: deploy,
    role: roleOf(deploy),
    version,
    runs: [
      '      # Builds nothing where the commit has its image already: a job may run again.',
      `      - run: exec tapit -e ${environment} image build docker_tag="$GITHUB_SHA" cache=ecr`,
      '      # Exit code 1: a process rolled back on its own, the others are live. The summary says which and why.',
      `      - run: exec tapit -e ${environment} create deploy docker_tag="$GITHUB_SHA" --wait`,
    ],
  })
}

function promotionJob({ from, to }: NonNullable<Workflow['promotion']>, version: string): readonly string[] {
  return job({
    id: `promote-to-${to.environment}`,
    when: "github.event_name == 'release'",
    to,
    role: `\${{ vars.PROMOTE_ROLE || ${to.role === undefined ? 'vars.DEPLOY_ROLE' : literal(to.role)} }}`,
    version,
    runs: [
      `      # The images that are live in ${from}, as they are. The role must be one that reads ${from} too.`,
      `      - run: exec tapit promote from=${from} to=${to.environment} --wait`,
    ],
  })
}

type Job = {
  readonly id: string
  readonly when: string
  readonly to: Pick<WorkflowDeploy, 'environment' | 'region'>
  /** As it stands there: a text of YAML's, or an expression. */
  readonly role: string
  readonly version: string
  readonly runs: readonly string[]
}

function job({ id, when, to: { environment, region }, role, version, runs }: Job): readonly string[] {
  return [
    `  ${id}:`,
    `    if: ${text(when)}`,
    '    runs-on: ubuntu-latest',
    '    # AWS lets only jobs of this environment assume its deploy role.',
    `    environment: ${text(environment)}`,
    '    # One deploy at a time, and none is cut off in the middle.',
    `    concurrency: { group: ${text(`deploy-${environment}`)}, cancel-in-progress: false }`,
    '    permissions: { contents: read, id-token: write }',
    '    steps:',
    `      - uses: ${actions.checkout}`,
    '        with: { persist-credentials: false }',
    `      - uses: ${actions.node}`,
    '        with: { node-version: 22, package-manager-cache: false }',
    `      - uses: ${actions.aws}`,
    '        with:',
    `          role-to-assume: ${role}`,
    `          aws-region: ${region === undefined ? '${{ vars.AWS_REGION }}' : text(region)}`,
    '      - run: |',
    `          npm install --prefix "$RUNNER_TEMP/tapit" --no-audit --no-fund --ignore-scripts tapit@${version}`,
    '          echo "$RUNNER_TEMP/tapit/node_modules/.bin" >> "$GITHUB_PATH"',
    '      # exec: a job that is cancelled tells only the process that GitHub has started itself.',
    ...runs,
  ]
}

function roleOf({ role }: Pick<WorkflowDeploy, 'role'>): string {
  return role === undefined ? '${{ vars.DEPLOY_ROLE }}' : text(role)
}

/** A value of YAML, without quotes where it reads the same. */
function text(value: string): string {
  const isPlain = /^[A-Za-z][^#,[\]{}\\]*$/.test(value) && !/: |[:\s]$/.test(value) && !taken.test(value)
  return isPlain ? value : JSON.stringify(value)
}

/** What a YAML reader, of whatever version, takes for something else than a text. */
const taken = /^(?:true|false|yes|no|on|off|y|n|null)$/i

/** A text of GitHub's expressions. */
function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}

/** The branches of a trigger are patterns. */
function asPattern(branch: string): string {
  return branch.replaceAll(/[\\*?+[\]!]/g, character => `\\${character}`)
}
