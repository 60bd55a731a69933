import { posix } from 'node:path'
import { isOutside } from '../config/is-outside.ts'
import { defaultProcess } from '../names/aws.ts'
import type { Candidate } from './candidate.ts'
import { commandWords } from '../build/command-words.ts'
import type { ComposeService } from './compose-services.ts'
import type { Finding } from './draft.ts'
import { type FolderFacts, type FoundDockerfile, pathOf } from './folder-facts.ts'

export type Candidates = {
  readonly candidates: readonly Candidate[]
  readonly release?: readonly string[]
  /** What was found and does not become a process. */
  readonly findings: readonly Finding[]
}

/** What may become processes: those of the Procfile, else of the Compose file, and besides one of each Dockerfile that these leave over. */
export function findCandidates(facts: FolderFacts): Candidates {
  const { used, unused } = usableDockerfiles(facts)
  const main = used.find(isMain)
  const procfile = ofProcfile(facts, main)
  const compose =
    procfile.candidates.length > 0 ? { candidates: [], findings: unusedCompose(facts) } : ofCompose(facts)
  const named = [...procfile.candidates, ...compose.candidates]
  const left = used.filter(
    dockerfile => !named.some(({ image }) => image !== undefined && isSameImage(image, dockerfile)),
  )
  // A Procfile says what the root's image runs: other Dockerfiles there are for something else.
  const besides = procfile.candidates.length > 0 ? left.filter(({ folder }) => folder !== '.') : left
  return {
    candidates: [...named, ...besides.map(ofDockerfile)],
    findings: [...procfile.findings, ...compose.findings, ...unused],
    ...(procfile.release !== undefined && { release: procfile.release }),
  }
}

/** Dockerfiles of these names build something that is not deployed, or the same thing for another place. */
const asides =
  /^(?:dev|devel|development|debug|test|tests|testing|e2e|ci|cd|local|base|builder|build|lint|docs|example|sample|template|old|orig|bak|backup|tmp|alpine|debian|ubuntu|slim|amd64|arm64|armv7|windows|gpu|cuda)$/i
/** Dockerfiles of these names are the app's where there is no plain one. */
const mains = /^(?:prod|production|release|main)$/i

type Usable = { readonly used: readonly FoundDockerfile[]; readonly unused: readonly Finding[] }

function usableDockerfiles({ dockerfiles }: FolderFacts): Usable {
  const isUsed = ({ folder, variant = '' }: FoundDockerfile) =>
    !asides.test(variant) &&
    !(
      mains.test(variant) && dockerfiles.some(other => other.folder === folder && other.variant === undefined)
    )
  return {
    used: dockerfiles.filter(isUsed),
    unused: dockerfiles
      .filter(dockerfile => !isUsed(dockerfile))
      .map(dockerfile => ({ found: pathOf(dockerfile), wrote: 'nothing: it does not look like a process' })),
  }
}

function isMain({ folder, variant }: FoundDockerfile): boolean {
  return folder === '.' && (variant === undefined || mains.test(variant))
}

function isSameImage(image: NonNullable<Candidate['image']>, { folder, file }: FoundDockerfile): boolean {
  return posix.join(image.folder, image.dockerfile) === posix.join(folder, file)
}

function ofDockerfile(dockerfile: FoundDockerfile): Candidate {
  const { folder, file, variant, facts } = dockerfile
  const isOfFolder = variant === undefined || mains.test(variant)
  const ofFolder = folder === '.' ? defaultProcess : posix.basename(folder)
  return {
    name: isOfFolder ? ofFolder : variant,
    source: pathOf(dockerfile),
    image: { folder, dockerfile: file },
    facts,
    ...(isOfFolder && folder === '.' && { isHttp: true }),
  }
}

function ofProcfile({ procfile }: FolderFacts, main: FoundDockerfile | undefined): Candidates {
  if (procfile === undefined) return { candidates: [], findings: [] }
  const release = procfile.entries.find(({ name }) => name === 'release')
  const processes = procfile.entries.filter(entry => entry !== release)
  return {
    candidates: processes.map(({ name, command }) => ({
      name: name === 'web' ? defaultProcess : name,
      source: `Procfile, ${name}`,
      isHttp: name === 'web',
      command: commandWords(command),
      ...(name === 'web' && { needsPortVariable: true }),
      ...(main !== undefined && { image: { folder: main.folder, dockerfile: main.file }, facts: main.facts }),
    })),
    findings: procfile.oddLines.map(line => ({
      found: `Procfile, line ${line}`,
      wrote: 'nothing: it is not of the form "name: command"',
    })),
    ...(release !== undefined && { release: commandWords(release.command) }),
  }
}

function unusedCompose({ compose }: FolderFacts): readonly Finding[] {
  return compose === undefined
    ? []
    : [{ found: compose.file, wrote: 'nothing: the Procfile says the processes' }]
}

function ofCompose({ compose, dockerfiles }: FolderFacts): Pick<Candidates, 'candidates' | 'findings'> {
  if (compose === undefined) return { candidates: [], findings: [] }
  const built = compose.services.filter(({ build }) => build !== undefined)
  const others = compose.services.filter(({ build }) => build === undefined)
  const unfit = built.flatMap(({ name, build }) => {
    const why = build && whyUnfit(build)
    return why === undefined ? [] : [{ name, why }]
  })
  const fit = built.filter(({ name }) => !unfit.some(each => each.name === name))
  return {
    candidates: fit.flatMap(service => ofService(service, compose.file, dockerfiles)),
    findings: [
      ...others.map(({ name, image }) => ({
        found: `${compose.file}, ${name}${image === undefined ? '' : `: image ${image}`}`,
        wrote: 'nothing: it is not built here (a database or queue belongs in your own CDK stack)',
      })),
      ...unfit.map(({ name, why }) => ({ found: `${compose.file}, ${name}`, wrote: `nothing: ${why}` })),
    ],
  }
}

/** Compose builds from anywhere; tapit.yml from its own folder, with a Dockerfile that stands in what is built. */
function whyUnfit({ context, dockerfile = '.' }: NonNullable<ComposeService['build']>): string | undefined {
  if (isOutside(context)) return `it is built from ${context}, which is not in this folder`
  return isOutside(dockerfile)
    ? `its Dockerfile, ${dockerfile}, stands outside of ${context}, the folder that is built; put it in there`
    : undefined
}

function ofService(
  { name, build, ports, command, variables }: ComposeService,
  file: string,
  dockerfiles: readonly FoundDockerfile[],
): readonly Candidate[] {
  if (build === undefined) return []
  const image = imageOf(build, dockerfiles)
  const found = dockerfiles.find(dockerfile => isSameImage(image, dockerfile))
  const [port] = ports
  return [
    {
      name,
      source: `${file}, ${name}`,
      image,
      ...(found !== undefined && { facts: found.facts }),
      ...(port !== undefined && { isHttp: true, port }),
      ...(command !== undefined && {
        command: typeof command === 'string' ? commandWords(command) : command,
      }),
      ...(variables.length > 0 && { variables }),
    },
  ]
}

/** Compose files are mostly for development: where they build from Dockerfile.dev, the plain one beside it is what is deployed. */
function imageOf(
  { context, dockerfile = 'Dockerfile' }: NonNullable<ComposeService['build']>,
  dockerfiles: readonly FoundDockerfile[],
): NonNullable<Candidate['image']> {
  const folder = posix.normalize(context).replace(/(?<=.)\/$/, '')
  const { variant = '' } = dockerfiles.find(found => isSameImage({ folder, dockerfile }, found)) ?? {}
  const plain = dockerfiles.find(found => found.folder === folder && found.variant === undefined)
  return { folder, dockerfile: asides.test(variant) && plain !== undefined ? plain.file : dockerfile }
}
