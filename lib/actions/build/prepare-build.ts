import { automaticTag } from '../../build/automatic-tag.ts'
import { buildLabels } from '../../build/build-labels.ts'
import { checkDockerTag } from '../../build/check-docker-tag.ts'
import { checkGitHash } from '../../build/check-git-hash.ts'
import type { BuildTarget } from '../../build/images-to-build.ts'
import type { ResolvedSource, WorkTree } from '../../build/ports.ts'
import type { Repository } from '../../images/ports.ts'
import { tagKeys } from '../../names/aws.ts'
import { type AppService, appServices } from '../services/app-services.ts'
import { inParallel } from '../batches.ts'
import { imageOfProcess, repositoryUri } from '../services/image-of-process.ts'
import type { Cluster, Ports } from '../ports.ts'
import { repositoryPath } from '../../names/repository-path.ts'
import { registryOf } from '../../names/registry-of.ts'
import { Refusal } from '../../names/refusal.ts'
import type { BuildMeans, BuildRequest } from './build-request.ts'
import { takenTags } from './taken-tags.ts'

/** What is to be built, out of what, and what it will be called. Nothing has been built or fetched yet. */
export type PreparedBuild = {
  readonly targets: readonly BuildTarget[]
  /** That the targets name, each once. */
  readonly repositories: readonly Repository[]
  readonly dockerTag: string
  /** The tag names the commit that is built, and nothing else is built: an image that has it already is the same. */
  readonly namesCommit: boolean
  readonly gitHash?: string
  /** URL of the Git repository that has the commit; absent where what is built differs from it. */
  readonly source?: string
  readonly labels: Readonly<Record<string, string>>
  /** Digests of the images that have the tag already, and keep it, by repository. */
  readonly taken: ReadonlyMap<string, string>
  /** Fetched first, where it is not the working folder. */
  readonly remote?: ResolvedSource
}

type Origin = {
  readonly commit?: string
  readonly branch?: string
  readonly isDirty: boolean
  readonly url?: string
  readonly remote?: ResolvedSource
}

/** Asks the cluster which processes take images from where, and Git what is built. */
export async function prepareBuild(request: BuildRequest, means: BuildMeans): Promise<PreparedBuild> {
  if (request.dockerTag !== undefined) checkDockerTag(request.dockerTag)
  if (request.gitHash !== undefined) checkGitHash(request.gitHash)
  const [{ targets, repositories }, origin] = await Promise.all([
    placesOf(request, means),
    originOf(request, means),
  ])
  const { commit, branch, isDirty, url, remote } = origin
  const gitHash = request.gitHash ?? commit
  const dockerTag =
    request.dockerTag ??
    automaticTag({
      isDirty,
      ...(gitHash !== undefined && { commit: gitHash }),
      ...(branch !== undefined && { branch }),
      ...(request.tag !== undefined && { tag: request.tag }),
    })
  // Another Dockerfile makes another image of the same commit.
  const isWholeCommit = !isDirty && request.dockerfile === undefined
  const labels = buildLabels({
    version: request.tag ?? dockerTag,
    createdAt: means.ports.clock.now(),
    ...(gitHash !== undefined && { gitHash }),
    ...(url !== undefined && { source: url }),
    ...(request.initiator !== undefined && { initiator: request.initiator }),
  })
  return {
    targets,
    repositories,
    dockerTag,
    labels,
    taken: await takenTags({ repositories, dockerTag }, means.ports),
    namesCommit: isWholeCommit && commit !== undefined && namesCommit(dockerTag, commit),
    ...(gitHash !== undefined && { gitHash }),
    ...(url !== undefined && !isDirty && { source: url }),
    ...(remote !== undefined && { remote }),
  }
}

/** As many digits as nobody writes by chance. */
const telling = 12

/** `main-3f2a…`, and `$GITHUB_SHA` itself. */
function namesCommit(dockerTag: string, commit: string): boolean {
  return dockerTag.includes(commit.slice(0, telling))
}

async function originOf({ from }: BuildRequest, { git, root }: BuildMeans): Promise<Origin> {
  if (from === undefined) return ofWorkTree(await git.workTree(root))
  const remote = await git.resolve(from)
  const { url, ref, commit } = remote
  return { url, commit, branch: ref, isDirty: false, remote }
}

function ofWorkTree(tree: WorkTree | undefined): Origin {
  if (tree === undefined) return { isDirty: false }
  const { commit, branch, tag, isDirty, origin } = tree
  const name = tag ?? branch
  return {
    commit,
    isDirty,
    ...(name !== undefined && { branch: name }),
    ...(origin !== undefined && { url: origin }),
  }
}

/** Which process takes images from where: while Git is asked, so that asking ECR costs no time. */
async function placesOf(
  request: BuildRequest,
  means: BuildMeans,
): Promise<Pick<PreparedBuild, 'targets' | 'repositories'>> {
  const targets = await targetsOf(request, means)
  const uris = [...new Set(targets.map(({ repository }) => repository))]
  const registries = [...new Set(uris.map(registryOf))]
  const found = await Promise.all(
    registries.map(registry =>
      means.ports.imageStore.repositories(uris.filter(uri => registryOf(uri) === registry)),
    ),
  )
  const repositories = found.flat()
  const missing = uris.find(uri => !repositories.some(each => each.uri === uri))
  if (missing !== undefined) throw noSuchRepository(missing)
  return { targets, repositories }
}

function noSuchRepository(uri: string): Refusal {
  return new Refusal({
    code: 'repository_not_found',
    message: `there is no ECR repository ${uri}, where the images would go.`,
    advice: `Make it (npx cdk deploy, or: aws ecr create-repository --repository-name ${repositoryPath(uri)}), or correct the service's tag ${tagKeys.repository}.`,
  })
}

const readsAtOnce = 5

/** A service's tag says where its images come from; only where it does not, or where no tapit.yml says what runs it, its definition is asked. */
async function targetsOf(
  request: BuildRequest,
  { ports: { ecs }, config }: BuildMeans,
): Promise<readonly BuildTarget[]> {
  const { cluster, services } = await appServices(ecs, request)
  return inParallel(services, readsAtOnce, each =>
    config !== undefined && each.service.tags[tagKeys.repository] !== undefined
      ? ofTags(each, cluster)
      : ofDefinition(each, cluster, ecs),
  )
}

async function ofTags({ process, service }: AppService, cluster: Cluster): Promise<BuildTarget> {
  return { process, repository: repositoryUri(service.tags[tagKeys.repository] ?? '', cluster) }
}

async function ofDefinition(
  { process, service }: AppService,
  cluster: Cluster,
  ecs: Ports['ecs'],
): Promise<BuildTarget> {
  const reference = service.tags[tagKeys.template] ?? service.taskDefinition
  const definition = reference === '' ? undefined : await ecs.taskDefinition(reference)
  if (definition === undefined)
    throw noRepository(
      process,
      'its task definition cannot be read.',
      'Deploy the infrastructure again (cdk deploy).',
    )
  const image = imageOfProcess(service.tags, definition, cluster)
  if ('reason' in image) throw noRepository(process, image.reason, image.advice)
  const { cpuArchitecture: architecture } = definition
  return { process, repository: image.repository, ...(architecture !== undefined && { architecture }) }
}

function noRepository(process: string, reason: string, advice: string): Refusal {
  return new Refusal({
    code: 'no_repository',
    message: `it cannot be told which repository the images of ${process} go to: ${reason}`,
    advice,
  })
}
