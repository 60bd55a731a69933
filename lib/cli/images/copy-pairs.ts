import { appRepositories } from '../../actions/images/app-repositories.ts'
import { appServices } from '../../actions/services/app-services.ts'
import type { CopyPair, CopyPlace } from '../../actions/images/copy-image.ts'
import { isFromEcr, repositoryUri } from '../../actions/services/image-of-process.ts'
import type { Ports } from '../../actions/ports.ts'
import type { AppConfig } from '../../config/app-config.ts'
import { appOfEnvironment } from '../../config/app-of-environment.ts'
import type { TapitConfig } from '../../config/read-config.ts'
import { nearest } from '../../names/nearest.ts'
import { Refusal } from '../../names/refusal.ts'
import { repositoryPath } from '../../names/repository-path.ts'
import type { Invocation } from '../command.ts'
import { openContext, openPorts } from '../context.ts'
import { folderConfig } from '../places/folder-config.ts'
import type { Io } from '../io.ts'
import { requireAccount } from '../places/require-account.ts'
import { withoutWhatDiffers } from '../places/without-what-differs.ts'

type Wish = {
  readonly from: string
  readonly to: string
  readonly processes?: readonly string[]
}

type World = { readonly invocation: Invocation; readonly io: Io }

/** From where to where an image is copied: a pair of repositories, or a pair for each image of the processes of two environments. */
export async function copyPairs({ from, to, processes }: Wish, world: World): Promise<readonly CopyPair[]> {
  const config = [from, to].every(isUri) ? undefined : folderConfig(world.invocation, world.io)
  const [source, copy] = [environmentOf(from, config), environmentOf(to, config)]
  if (source === undefined && copy === undefined && processes !== undefined) throw noProcesses()
  const [sources, copies] = await Promise.all([
    source === undefined
      ? repository(from, { world, config })
      : repositoriesOf(source, { world, processes, other: copy }),
    copy === undefined
      ? repository(to, { world, config })
      : repositoriesOf(copy, { world, processes, other: source }),
  ])
  if (source !== undefined && copy !== undefined) return ofEach(sources, copies)
  return [{ from: one(sources, from), to: one(copies, to), processes: processes ?? [] }]
}

type Place = CopyPlace & { readonly processes: readonly string[] }

/** The images of the processes that both environments have: those that share one are copied once. */
function ofEach(sources: readonly Place[], copies: readonly Place[]): readonly CopyPair[] {
  const pairs = sources.flatMap(from =>
    copies.flatMap(to => {
      const processes = from.processes.filter(process => to.processes.includes(process))
      return processes.length === 0 ? [] : [{ from, to, processes }]
    }),
  )
  if (pairs.length > 0) return pairs
  throw new Refusal({
    code: 'no_processes',
    message: 'the two environments have no process in common whose images could be copied.',
    advice: 'Name two repositories by their URIs.',
  })
}

/** Beside a single repository, an environment must have a single one, too. */
function one(places: readonly Place[], said: string): Place {
  const [first, second] = places
  if (first !== undefined && second === undefined) return first
  throw new Refusal({
    code: 'ambiguous_repository',
    exit: 'usage',
    message:
      first === undefined
        ? `it cannot be told which repository the images of ${said} lie in.`
        : `${said} has several repositories: ${places.map(({ repository: uri }) => uri).join(', ')}.`,
    advice: 'Say which with process=, or give the URI of a repository.',
  })
}

type Known = { readonly world: World; readonly config: TapitConfig | undefined }

async function repository(said: string, { world, config }: Known): Promise<readonly Place[]> {
  const { invocation, io } = world
  const uri = said.replace(/^https:\/\//, '')
  const isWhole = isUri(uri)
  if (!repositoryNames.test(isWhole ? repositoryPath(uri) : uri)) throw notARepository(said, config)
  if (isWhole) {
    const { ports } = await openPorts(invocation, io)
    return [{ repository: uri, ports, processes: [] }]
  }
  const { ports, app, environment } = await openContext(invocation, io)
  const { cluster } = await appServices(ports.ecs, { app, ...(environment !== undefined && { environment }) })
  await requireRepository(repositoryUri(uri, cluster), { said, config, ports })
  return [{ repository: repositoryUri(uri, cluster), app: cluster.name, ports, processes: [] }]
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
const repositoryNames = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/

function isUri(said: string): boolean {
  return isFromEcr(said.replace(/^https:\/\//, ''))
}

/** A name that is none of an environment's may have been meant as one. */
async function requireRepository(
  uri: string,
  { said, config, ports }: { said: string; config: TapitConfig | undefined; ports: Ports },
): Promise<void> {
  const [found] = await ports.imageStore.repositories([uri])
  if (found !== undefined) return
  const environments = config?.environments ?? []
  throw new Refusal({
    code: 'repository_not_found',
    message: `"${said}" is no environment${config === undefined ? '' : ` of ${config.file}`}, and there is no ECR repository ${uri}.`,
    advice: environmentAdvice(said, environments),
  })
}

function environmentAdvice(said: string, environments: readonly string[]): string {
  const [guess] = nearest(said, environments)
  if (guess !== undefined) return `Did you mean the environment ${guess}?`
  return environments.length === 0
    ? 'Give a repository by its name or URI, or write a tapit.yml whose environments can be named.'
    : `Its environments: ${environments.join(', ')}`
}

function notARepository(said: string, config: TapitConfig | undefined): Refusal {
  const environments = config === undefined ? '' : ` of ${config.file} (${config.environments.join(', ')})`
  return new Refusal({
    code: 'not_an_ecr_repository',
    exit: 'usage',
    message: `"${said}" is no environment and no repository.`,
    advice: `Allowed: an environment${environments}, or a repository, shop or 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop, without tag and digest.`,
  })
}

function environmentOf(said: string, config: TapitConfig | undefined): AppConfig | undefined {
  return config?.environments.includes(said) === true ? appOfEnvironment(config, said) : undefined
}

type EnvironmentOptions = {
  readonly world: World
  readonly processes: readonly string[] | undefined
  /** The environment at the other end, if it is one. */
  readonly other: AppConfig | undefined
}

async function repositoriesOf(
  environment: AppConfig,
  { world, processes, other }: EnvironmentOptions,
): Promise<readonly Place[]> {
  const { invocation, io } = world
  const { ports } = await openPorts(
    invocation,
    { ...io, env: withoutWhatDiffers(io.env, environment, other === undefined ? [] : [other]) },
    environment,
  )
  await requireAccount(environment, ports, invocation)
  const { repositories, unclear } = await appRepositories(
    { app: environment.cluster, ...(processes !== undefined && { processes }) },
    ports,
  )
  const [first] = unclear
  if (first !== undefined && (processes !== undefined || repositories.length === 0)) {
    throw new Refusal({
      code: 'repository_unclear',
      message: `${first.process}: ${first.message}`,
      ...(first.advice !== undefined && { advice: first.advice }),
    })
  }
  return repositories.map(({ uri, processes: own }) => ({
    repository: uri,
    app: environment.cluster,
    ports,
    processes: processes === undefined ? own : own.filter(process => processes.includes(process)),
  }))
}

function noProcesses(): Refusal {
  return new Refusal({
    code: 'bad_process',
    exit: 'usage',
    message: 'process= selects among the images of an environment, and two repositories were named.',
    advice: 'Leave it out.',
  })
}
