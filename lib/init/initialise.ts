import { posix } from 'node:path'
import { parseConfig } from '../config/read-config.ts'
import type { Folder } from '../names/folder.ts'
import { Refusal } from '../names/refusal.ts'
import { type Ask, askIdentity } from './ask-identity.ts'
import { type DockerfileFacts, dockerfileFacts } from './dockerfile-facts.ts'
import { draftOfCompartment } from './draft-of-compartment.ts'
import { draftOfFolder } from './draft-of-folder.ts'
import type { Draft, Finding, Identity } from './draft.ts'
import { type FolderFacts, folderFacts } from './folder-facts.ts'
import { identityOf, type Said } from './identity-of.ts'
import { type Proposals, propose } from './propose.ts'
import { type CompartmentFiles, readCompartment } from './read-compartment.ts'
import { tapitYml } from './tapit-yml.ts'

export type InitialiseOptions = {
  readonly folder: Folder
  readonly env: Readonly<Record<string, string | undefined>>
  readonly said: Said
  /** The compartment.yml to bring over. @default - what lies in the folder */
  readonly from?: string
  /** A tapit.yml that is there may be replaced. */
  readonly force: boolean
  /** @default - nobody is asked */
  readonly ask?: Ask
}

export type Initialised = {
  readonly app: string
  /** What was written, in the folder. */
  readonly files: readonly string[]
  readonly processes: readonly { readonly name: string; readonly kind: string; readonly path?: string }[]
  readonly findings: readonly Finding[]
  readonly todo: readonly string[]
  readonly next: readonly { readonly command: string; readonly does: string }[]
}

const configFile = 'tapit.yml'
const cdkFile = 'cdk.json'
const cdkApp = 'npx tapit-cdk'

/** Writes a tapit.yml for what lies in a folder, and a cdk.json unless there is one. */
export async function initialise({
  folder,
  env,
  said,
  from,
  force,
  ask,
}: InitialiseOptions): Promise<Initialised> {
  const isThere = await folder.exists(configFile)
  if (isThere && !force) throw alreadyThere()

  const facts = await folderFacts(folder)
  const compartment = from === undefined ? undefined : await readCompartment(folder, from)
  const proposals = propose({ facts, env, ...(compartment && { project: compartment.name }) })
  const identity = ask === undefined ? identityOf(said, proposals) : await askIdentity(proposals, ask)
  const draft =
    compartment === undefined
      ? draftOfFolder(facts, identity.app)
      : draftOfCompartment({ compartment, identity, dockerfiles: await dockerfilesOf(folder, compartment) })

  const text = tapitYml({
    identity,
    draft,
    ...(facts.hasTapit && { schema: 'node_modules/tapit/dist/tapit.schema.json' }),
  })
  refuseUnfit(text)
  const cdk = await cdkJson(folder)
  await folder.write([
    ...(cdk.text === undefined ? [] : [{ path: cdkFile, text: cdk.text, replaces: false }]),
    { path: configFile, text, replaces: isThere },
  ])
  return {
    app: identity.app,
    files: [configFile, ...(cdk.text === undefined ? [] : [cdkFile])],
    processes: processesOf(draft),
    findings: [...identityFindings(identity, proposals), ...draft.findings],
    todo: [...draft.todo, ...domainTodo(identity), ...cdk.todo],
    next: nextCommands(facts, cdk.todo.length === 0),
  }
}

function alreadyThere(): Refusal {
  return new Refusal({
    code: 'file_exists',
    message: `${configFile} is here already; nothing was changed.`,
    advice: '`tapit show config` says what it means; `tapit init --force` writes a new one in its place.',
  })
}

/** Some of what others write cannot be said in a tapit.yml; better no file than one that every command refuses. */
function refuseUnfit(text: string): void {
  try {
    parseConfig(text, configFile)
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause
    throw new Refusal({
      code: 'cannot_be_written',
      message: `what was found makes no good ${configFile}:\n${cause.message}`,
      advice: 'Nothing was written. Please report this with the files that it was made from.',
      cause,
    })
  }
}

async function dockerfilesOf(
  folder: Folder,
  { folder: base, services }: CompartmentFiles,
): Promise<Readonly<Record<string, DockerfileFacts | undefined>>> {
  const found = Object.entries(services).map(async ([name, { path }]) => {
    const text = await folder.read(posix.join(base, path, 'Dockerfile'))
    return [name, text.kind === 'text' ? dockerfileFacts(text.text) : undefined] as const
  })
  return Object.fromEntries(await Promise.all(found))
}

type CdkJson = { readonly text?: string; readonly todo: readonly string[] }

async function cdkJson(folder: Folder): Promise<CdkJson> {
  if (!(await folder.exists(cdkFile)))
    return { text: `${JSON.stringify({ app: cdkApp }, undefined, 2)}\n`, todo: [] }
  const found = await folder.read(cdkFile)
  const isOurs = found.kind === 'text' && found.text.includes('tapit-cdk')
  return {
    todo: isOurs
      ? []
      : [
          `cdk.json is of another CDK app and stays as it is: say \`npx cdk --app "${cdkApp}" …\` for tapit's stacks.`,
        ],
  }
}

function processesOf({ processes }: Draft): Initialised['processes'] {
  return processes.flatMap(process => {
    if ('remark' in process) return []
    const { kind = 'worker', path } = process.settings
    return [{ name: process.name, kind, ...(path !== undefined && { path }) }]
  })
}

/** What somebody said is no finding. */
function identityFindings(identity: Identity, { app, region, github }: Proposals): readonly Finding[] {
  return [
    ...(app.value === identity.app ? [{ found: app.found, wrote: `app: ${app.value}` }] : []),
    ...(region !== undefined && region.value === identity.region
      ? [{ found: region.found, wrote: `region: ${region.value}` }]
      : []),
    ...(github !== undefined && github.value === identity.github
      ? [{ found: github.found, wrote: `github: ${github.value}` }]
      : []),
  ]
}

function domainTodo({ domain, region }: Identity): readonly string[] {
  if (domain === undefined || domain.certificate !== undefined) return []
  const where = region === undefined ? '' : ` --region ${region}`
  return [
    `The domain is a comment until there is a certificate: aws acm request-certificate --domain-name ${domain.name} --validation-method DNS${where}`,
  ]
}

function nextCommands({ hasTapit }: FolderFacts, isOwnCdkJson: boolean): Initialised['next'] {
  const cdk = isOwnCdkJson ? 'npx cdk' : `npx cdk --app "${cdkApp}"`
  return [
    ...(hasTapit
      ? []
      : [
          {
            command: 'npm install --save-dev tapit aws-cdk@2 aws-cdk-lib constructs',
            does: 'the library and the CDK',
          },
        ]),
    { command: `${cdk} bootstrap`, does: 'once per account and region' },
    { command: `${cdk} deploy --all`, does: 'all that the app needs in AWS' },
    { command: 'tapit image deploy --wait', does: 'builds the images, pushes and deploys them' },
  ]
}
