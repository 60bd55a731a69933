import { appOfEnvironment } from '../config/app-of-environment.ts'
import type { AppConfig } from '../config/app-config.ts'
import type { TapitConfig } from '../config/read-config.ts'
import { defaultEnvironment, deployRoleName } from '../names/aws.ts'
import type { Folder } from '../names/folder.ts'
import { Refusal } from '../names/refusal.ts'
import { type Workflow, type WorkflowDeploy, workflow } from './workflow.ts'

export type WriteWorkflowOptions = {
  readonly folder: Folder
  readonly config: TapitConfig
  /** From the folder. @default .github/workflows/deploy.yml */
  readonly file?: string
  /** A file that is there may be replaced. */
  readonly force: boolean
  /** Of tapit. */
  readonly version: string
}

export type WrittenWorkflow = {
  readonly file: string
  /** Which branch deploys where. */
  readonly deploys: readonly { readonly branch: string; readonly environment: string }[]
  /** What a release brings from where to where. */
  readonly promotion?: { readonly from: string; readonly to: string }
  /** What is left to be done by hand. */
  readonly todo: readonly string[]
}

const usualFile = '.github/workflows/deploy.yml'
const usualBranch = 'main'

/** Writes the workflow that a tapit.yml asks for. */
export async function writeWorkflow({
  folder,
  config,
  file = usualFile,
  force,
  version,
}: WriteWorkflowOptions): Promise<WrittenWorkflow> {
  refuseOutside(file)
  const isThere = await folder.exists(file)
  if (isThere && !force) throw alreadyThere(file)
  const apps = config.environments.map(environment => appOfEnvironment(config, environment))
  const deploys = deploysOf(apps)
  const promotion = promotionOf(apps, deploys)
  const text = workflow({ deploys, ...(promotion && { promotion }), version })
  await folder.write([{ path: file, text, replaces: isThere }])
  return {
    file,
    deploys: deploys.map(({ branch, environment }) => ({ branch, environment })),
    ...(promotion && { promotion: { from: promotion.from, to: promotion.to.environment } }),
    todo: [
      ...(await placeTodo(folder, file)),
      ...(apps.some(({ branch }) => branch !== undefined) ? [] : [noBranch(config)]),
      ...settingsTodo(apps, { deploys, promotion }),
    ],
  }
}

/** Where nothing says which branch is whose, the main one deploys to production. */
function deploysOf(apps: readonly AppConfig[]): readonly WorkflowDeploy[] {
  const mapped = apps.flatMap(app =>
    app.branch === undefined ? [] : [{ branch: app.branch, ...placeOf(app) }],
  )
  if (mapped.length > 0) return mapped
  const app = apps.find(({ environment }) => environment === defaultEnvironment) ?? apps[0]
  return app === undefined ? [] : [{ branch: usualBranch, ...placeOf(app) }]
}

function placeOf({ environment, cluster, account, region }: AppConfig): Omit<WorkflowDeploy, 'branch'> {
  return {
    environment,
    ...(account !== undefined && { role: `arn:aws:iam::${account}:role/${deployRoleName(cluster)}` }),
    ...(region !== undefined && { region }),
  }
}

type Promotion = NonNullable<Workflow['promotion']> & {
  /** The role that deploys may read where the images come from. */
  readonly isGranted: boolean
}

/** To production, from the first environment that a branch deploys to: of those that tapit.yml lets it have images from, if there are any. */
function promotionOf(apps: readonly AppConfig[], deploys: readonly WorkflowDeploy[]): Promotion | undefined {
  const to = apps.find(({ environment }) => environment === defaultEnvironment)
  if (to === undefined) return undefined
  const others = deploys.filter(({ environment }) => environment !== defaultEnvironment)
  const sources = new Set(to.promotesFrom.map(({ app }) => app))
  const granted = others.find(({ environment }) =>
    apps.some(app => app.environment === environment && sources.has(app.cluster)),
  )
  const from = granted ?? others[0]
  return from && { from: from.environment, to: placeOf(to), isGranted: granted !== undefined }
}

function refuseOutside(file: string): void {
  const isInside = !/^([/\\]|[A-Za-z]:)|(^|[/\\])\.\.([/\\]|$)/.test(file)
  if (isInside && /\.ya?ml$/.test(file)) return
  throw new Refusal({
    code: 'bad_file',
    exit: 'usage',
    message: `file=${file} cannot be a workflow: ${isInside ? 'its name ends in .yml or .yaml' : 'it is outside of this folder'}.`,
    advice: `GitHub reads workflows from .github/workflows: file=${usualFile}`,
  })
}

function alreadyThere(file: string): Refusal {
  return new Refusal({
    code: 'file_exists',
    message: `${file} is here already; nothing was changed.`,
    advice: `\`tapit create workflow --force\` writes a new one in its place, \`file=\` another one beside it.`,
  })
}

async function placeTodo(folder: Folder, file: string): Promise<readonly string[]> {
  const isRoot = await folder.exists('.git')
  if (isRoot && file.startsWith('.github/workflows/')) return []
  return ['GitHub reads workflows only from .github/workflows at the root of the repository: move it there.']
}

function noBranch({ file }: TapitConfig): string {
  return `${file} maps no branch, so ${usualBranch} was taken: write \`environments: { production: { branch: ${usualBranch} } }\` to say so.`
}

function settingsTodo(
  apps: readonly AppConfig[],
  {
    deploys,
    promotion,
  }: { readonly deploys: readonly WorkflowDeploy[]; readonly promotion: Promotion | undefined },
): readonly string[] {
  const places = [...deploys, ...(promotion === undefined ? [] : [promotion.to])]
  const environments = [...new Set(places.map(({ environment }) => environment))]
  const isRoleUnknown = places.some(({ role }) => role === undefined)
  const isRegionUnknown = places.some(({ region }) => region === undefined)
  return [
    ...(apps.some(({ github }) => github !== undefined)
      ? []
      : [
          'Say `github: owner/name` in tapit.yml and deploy it with CDK: that makes the roles that the jobs assume.',
        ]),
    `In the settings of the repository, make the environments ${environments.join(' and ')}, and let each be used only by the branches that deploy to it${promotion === undefined ? '' : `, ${promotion.to.environment} by the tags of releases too`}.`,
    ...(isRoleUnknown
      ? ["Set each environment's variable DEPLOY_ROLE to the output DeployRoleArn of its stack."]
      : []),
    ...(isRegionUnknown ? ['Set the variable AWS_REGION.'] : []),
    ...(promotion === undefined || promotion.isGranted ? [] : [roleToPromote(promotion, apps)]),
  ]
}

function roleToPromote({ from, to: { environment: to } }: Promotion, apps: readonly AppConfig[]): string {
  const [source, target] = [from, to].map(
    name => apps.find(({ environment }) => environment === name)?.account,
  )
  const own = `set the variable PROMOTE_ROLE of ${to} to a role that deploys there and reads ${from} (docs/promote.md says what it needs).`
  return source !== undefined && target !== undefined && source !== target
    ? `${from} is in another account than ${to}: ${own}`
    : `Say \`promotesFrom: [${from}]\` of ${to} in tapit.yml and deploy it with CDK: its deploy role may then promote. Or ${own}`
}
