import { rebuildSource } from '../../build/rebuild-source.ts'
import type { RebuildObstacle } from '../../build/rebuild-source.ts'
import type { GitSource } from '../../build/ports.ts'
import type { AppConfig } from '../../config/app-config.ts'
import { Refusal } from '../../names/refusal.ts'
import { findDeployments } from '../history/find-deployments.ts'
import type { Ports } from '../ports.ts'

/** What is built again, and for whom: the image of a past deployment that is gone. */
export type Rebuild = {
  readonly process: string
  readonly dockerTag: string
  /** The tag that it gets again; absent where that was none, or names another image by now. */
  readonly tag?: string
  readonly from: Required<GitSource>
}

type Options = {
  readonly ports: Pick<Ports, 'records' | 'images'>
  readonly config?: AppConfig
  /** The sentences are whoever shows them. */
  readonly inWords: (dockerTag: string, obstacle: RebuildObstacle) => { message: string; advice: string }
}

/** Refuses what needs no building, and what cannot be built again: only the repository that tapit.yml names is ever cloned. */
export async function rebuildOf(
  { app, id }: { readonly app: string; readonly id: string },
  { ports, config, inWords }: Options,
): Promise<Rebuild> {
  const { deployments } = await findDeployments(app, id, ports.records)
  const [stored, second] = deployments
  if (stored === undefined || second !== undefined || !id.startsWith('dep_')) throw notOne(app, id)
  const { process, dockerTag, repository, imageDigest } = stored.record
  if (imageDigest === undefined) throw neverBuilt(app, id)
  const image = await ports.images.find(repository, { digest: imageDigest })
  if (image?.status === 'ACTIVE') throw isThere({ app, process, dockerTag, digest: imageDigest })
  const rebuild = rebuildSource(stored.record, config)
  if (rebuild.is === 'impossible')
    throw new Refusal({ code: 'cannot_rebuild', ...inWords(dockerTag, rebuild) })
  const isTagFree = await isFree({ repository, dockerTag, imageDigest }, ports)
  return { process, dockerTag, from: rebuild.source, ...(isTagFree && { tag: dockerTag }) }
}

/** `latest` moves on: whoever deploys it next must not get what was built again. */
async function isFree(
  { repository, dockerTag, imageDigest }: Record<'repository' | 'dockerTag' | 'imageDigest', string>,
  { images }: Options['ports'],
): Promise<boolean> {
  // A digest is no name for a new image.
  if (dockerTag.startsWith('sha256:')) return false
  const tagged = await images.find(repository, { tag: dockerTag })
  return tagged === undefined || tagged.digest === imageDigest
}

function notOne(app: string, id: string): Refusal {
  return new Refusal({
    code: 'bad_id',
    exit: 'usage',
    message: `rebuild=${id} is for one deployment (dep_…).`,
    advice: `tapit -a ${app} list deploys shows them.`,
  })
}

function neverBuilt(app: string, id: string): Refusal {
  return new Refusal({
    code: 'cannot_rebuild',
    message: `${id} never had an image: its build did not succeed.`,
    advice: `tapit -a ${app} show deploy id=${id}`,
  })
}

function isThere({
  app,
  process,
  dockerTag,
  digest,
}: Readonly<Record<'app' | 'process' | 'dockerTag' | 'digest', string>>): Refusal {
  return new Refusal({
    code: 'image_exists',
    message: `the image ${dockerTag} is there: nothing needs to be built.`,
    advice: `tapit -a ${app} create deploy process=${process} docker_tag=${digest} --wait`,
  })
}
