import type { Folder } from '../names/folder.ts'
import { composeServices, type ComposeService } from './compose-services.ts'
import { dockerfileFacts, type DockerfileFacts } from './dockerfile-facts.ts'
import { githubRepository } from './github-repository.ts'
import { packageFacts, type PackageFacts } from './package-facts.ts'
import { procfileEntries, type ProcfileEntries } from '../build/procfile-entries.ts'

/** A Dockerfile of the folder. */
export type FoundDockerfile = {
  /** Its folder, without a "/" at the end; `.` for the one that tapit.yml is in. */
  readonly folder: string
  /** Its name: `Dockerfile`, `Dockerfile.worker`, `worker.Dockerfile`. */
  readonly file: string
  /** What is added to `Dockerfile`: `worker`. */
  readonly variant?: string
  readonly facts: DockerfileFacts
}

/** All that a folder says about the app in it, before anything is made of it. */
export type FolderFacts = {
  readonly name: string
  readonly dockerfiles: readonly FoundDockerfile[]
  readonly procfile?: ProcfileEntries
  readonly packageJson?: PackageFacts
  readonly compose?: { readonly file: string; readonly services: readonly ComposeService[] }
  readonly github?: string
  /** tapit is installed in it. */
  readonly hasTapit: boolean
  /** What was there and could not be used, and why. */
  readonly troubles: readonly string[]
}

export async function folderFacts(folder: Folder): Promise<FolderFacts> {
  const troubles: string[] = []
  const reading = { folder, troubles }
  const { files, isCut } = await dockerfilesIn(folder)
  if (isCut) troubles.push(`only the first ${mostFolders} folders were looked at for Dockerfiles`)
  const dockerfiles: FoundDockerfile[] = []
  for (const found of files) {
    const text = await read(reading, pathOf(found))
    if (text !== undefined) dockerfiles.push({ ...found, facts: dockerfileFacts(text) })
  }
  const procfile = await read(reading, 'Procfile')
  const packageJson = await readAs(reading, 'package.json', packageFacts)
  const gitConfig = await folder.gitConfig()
  const github = githubRepository(gitConfig ?? '')
  const compose = await composeIn(reading)
  return {
    name: folder.name,
    dockerfiles,
    hasTapit: await folder.exists('node_modules/tapit/package.json'),
    troubles,
    ...(procfile !== undefined && { procfile: procfileEntries(procfile) }),
    ...(packageJson !== undefined && { packageJson }),
    ...(compose !== undefined && { compose }),
    ...(github !== undefined && { github }),
  }
}

/** The path of a Dockerfile from the folder of tapit.yml. */
export function pathOf({ folder, file }: Pick<FoundDockerfile, 'folder' | 'file'>): string {
  return folder === '.' ? file : `${folder}/${file}`
}

type Found = Omit<FoundDockerfile, 'facts'>

const deepest = 2
const mostFolders = 500
const skipped = new Set([
  'node_modules',
  'bower_components',
  'vendor',
  'dist',
  'build',
  'out',
  'target',
  'coverage',
  'cdk.out',
  'venv',
  '__pycache__',
])

/** Here and up to two folders down, nearest first. */
async function dockerfilesIn(
  folder: Folder,
): Promise<{ readonly files: readonly Found[]; readonly isCut: boolean }> {
  const files: Found[] = []
  let level: readonly string[] = ['.']
  let looked = 0
  for (let depth = 0; depth <= deepest; depth++) {
    const below: string[] = []
    for (const path of level) {
      if (++looked > mostFolders) return { files, isCut: true }
      for (const { name, kind } of (await folder.entries(path)) ?? []) {
        const dockerfile = kind === 'file' ? dockerfileNamed(name) : undefined
        if (dockerfile !== undefined) files.push({ folder: path, ...dockerfile })
        if (kind === 'folder' && !name.startsWith('.') && !skipped.has(name))
          below.push(path === '.' ? name : `${path}/${name}`)
      }
    }
    level = below
  }
  return { files, isCut: false }
}

function dockerfileNamed(file: string): Pick<Found, 'file' | 'variant'> | undefined {
  if (/^dockerfile$/i.test(file)) return { file }
  const { after, before } =
    /^(?:dockerfile[.-](?<after>[\w-]+)|(?<before>[\w-]+)\.dockerfile)$/i.exec(file)?.groups ?? {}
  const variant = after ?? before
  return variant === undefined || variant === 'dockerignore' ? undefined : { file, variant }
}

type Reading = { readonly folder: Folder; readonly troubles: string[] }

async function composeIn(reading: Reading): Promise<FolderFacts['compose']> {
  // In the order in which Compose looks for them.
  for (const file of ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml']) {
    const services = await readAs(reading, file, composeServices)
    if (services !== undefined) return { file, services }
  }
  return undefined
}

async function read({ folder, troubles }: Reading, path: string): Promise<string | undefined> {
  const found = await folder.read(path)
  if (found.kind === 'unreadable') troubles.push(`${path} was not read: ${found.why}`)
  return found.kind === 'text' ? found.text : undefined
}

async function readAs<T>(
  reading: Reading,
  path: string,
  understand: (text: string) => T | undefined,
): Promise<T | undefined> {
  const text = await read(reading, path)
  if (text === undefined) return undefined
  const understood = understand(text)
  if (understood === undefined) reading.troubles.push(`${path} could not be understood`)
  return understood
}
