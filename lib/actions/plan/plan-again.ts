import { askedOnce } from '../asked-once.ts'
import { type FoundImage, type MissingImage, findBuilt } from '../images/find-images.ts'
import { type Gathered, type GatheredProcess, gather } from './gather.ts'
import type { ProcessImage } from '../services/image-of-process.ts'
import { makePlan } from './make-plan.ts'
import type { ReadyProcess, RefusedProcess } from './plan.ts'
import type { Ports } from '../ports.ts'
import type { DeployRequest } from './request.ts'

/** What is to be done with an image that was built for a process, as things stand by then. */
export type PlanAgain = (process: string, digest: string) => Promise<ReadyProcess | RefusedProcess>

type Built = { readonly repository: string; readonly dockerTag: string; readonly digest: string }

/** Builds of several processes end together where they share one: then it is read once, in milliseconds. */
const fresh = 2_000

/** Minutes have passed since the first plan: the service, its template and what runs are read again, and the image is looked up. */
export function planAgain(
  request: DeployRequest,
  {
    ports,
    unbuiltTag,
    correct,
  }: {
    readonly ports: Ports
    /** What images get that are built, where the request does not say it by process. */
    readonly unbuiltTag: string
    readonly correct: (gathered: Gathered) => Gathered
  },
): PlanAgain {
  const { clock } = ports
  const options = { compares: false, unbuiltTag, holdsLeases: true }
  const gatherAgain = askedOnce(() => gather(request, ports, options), { clock, keyOf: () => 'all', fresh })
  const find = askedOnce(
    ({ repository, dockerTag, digest }: Built) => findBuilt(repository, { dockerTag, digest }, ports),
    { clock, keyOf: ({ repository, dockerTag, digest }) => `${repository}:${dockerTag}@${digest}`, fresh },
  )
  return async (process, digest) => {
    const gathered = correct(await gatherAgain(undefined))
    const own = gathered.processes.find(each => each.process === process)
    if (own === undefined) return gone(process)
    const image = 'reason' in own.image ? own.image : await built(own.image, digest)
    const present = { ...gathered, processes: [{ ...own, image }] }
    const [plan] = makePlan(present, request, clock.now()).processes
    if (plan === undefined) return gone(process)
    return plan.is === 'refused' ? plan : { ...plan, imageDigest: digest }
  }

  async function built(
    image: GatheredProcess['image'] & ProcessImage,
    digest: string,
  ): Promise<FoundImage | MissingImage> {
    const { container, repository } = image
    const dockerTag = 'dockerTag' in image ? image.dockerTag : unbuiltTag
    return { container, repository, ...(await find({ repository, dockerTag, digest })) }
  }
}

function gone(process: string): RefusedProcess {
  return { is: 'refused', process, code: 'no_service', reason: 'its service is gone.' }
}
