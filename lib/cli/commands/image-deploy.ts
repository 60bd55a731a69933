import type { Rebuild } from '../../actions/build/rebuild.ts'
import { sourceBuildOf } from '../../actions/build/source-build-of.ts'
import { deploy } from '../../actions/deploy/deploy.ts'
import type { DeployEnd } from '../../actions/deploy/deploy-options.ts'
import type { DeployEvent } from '../../actions/events.ts'
import type { BuildMeans } from '../../actions/build/build-request.ts'
import { exitCodes, Refusal } from '../../names/refusal.ts'
import { buildMeans } from '../images/build-means.ts'
import { buildRequestOf } from '../images/build-request-of.ts'
import { inCi } from '../ci/in-ci.ts'
import type { Handler, Invocation } from '../command.ts'
import { type Context, openContext } from '../context.ts'
import { deployRequestOf } from '../deploys/deploy-request-of.ts'
import type { Io } from '../io.ts'
import { leaseSecondsOf } from '../deploys/lease-seconds.ts'
import { reportDeployment } from '../deploys/report-deployment.ts'
import { startWaiting } from '../waiting.ts'
import { buildWarningText } from '../wording/build-warning-text.ts'

export const imageDeploy: Handler = async (typed, io) => {
  const leaseSeconds = leaseSecondsOf(io.env)
  const { invocation, request: said } = await inCi(typed, io)
  const context = await openContext(invocation, io)
  const means = await buildMeans(context, io)
  const rebuild = await rebuildIn(invocation, context, means)
  const asked =
    rebuild === undefined ? invocation : { ...invocation, keys: { ...invocation.keys, ...keysOf(rebuild) } }
  const waiting = startWaiting(invocation, io)
  try {
    const build = await sourceBuildOf(buildRequestOf(asked, context), { means, inWords: buildWarningText })
    const request = { ...deployRequestOf(asked, context), ...said }
    const events = deploy(rebuild === undefined ? request : { ...request, trigger: 'rollback' }, {
      ports: context.ports,
      observer: context.observer,
      leaseSeconds,
      dryRun: false,
      wait: invocation.flags['wait'] === true,
      patience: waiting.patience,
      signal: waiting.signal,
      build,
    })
    const end = await reportDeployment(toldFirst(events, rebuild, io), { invocation, io, context })
    return exitCodes[end.exit]
  } finally {
    waiting.end()
  }
}

/** What `rebuild=` says itself. */
const saidByRebuild = ['process', 'source', 'ref', 'git_hash'] as const

async function rebuildIn(
  { keys }: Invocation,
  { cluster, ports }: Context,
  { config }: BuildMeans,
): Promise<Rebuild | undefined> {
  const { rebuild: id } = keys
  if (id === undefined) return undefined
  const both = saidByRebuild.find(each => keys[each] !== undefined)
  if (both !== undefined) {
    throw new Refusal({
      code: 'keys_exclude_each_other',
      exit: 'usage',
      message: `${both}= cannot stand beside rebuild=: the past deployment says it.`,
      advice: `tapit image deploy rebuild=${id} --wait`,
    })
  }
  const [{ rebuildOf }, { rebuildObstacleText }] = await Promise.all([
    import('../../actions/build/rebuild.ts'),
    import('../wording/rebuild-text.ts'),
  ])
  return rebuildOf(
    { app: cluster, id },
    { ports, inWords: rebuildObstacleText, ...(config !== undefined && { config }) },
  )
}

function keysOf({ process, tag, from }: Rebuild): Invocation['keys'] {
  return {
    ...(tag !== undefined && { docker_tag: tag }),
    process,
    source: from.url,
    ref: from.ref,
    git_hash: from.ref,
  }
}

/** What is done in the place of the image that was asked for comes before all else. */
async function* toldFirst(
  events: AsyncGenerator<DeployEvent, DeployEnd, void>,
  rebuild: Rebuild | undefined,
  { clock }: Io,
): AsyncGenerator<DeployEvent, DeployEnd, void> {
  if (rebuild !== undefined) {
    const { process, dockerTag, from } = rebuild
    yield { is: 'warned', at: clock.now(), warning: { is: 'rebuilding', process, dockerTag, source: from } }
  }
  return yield* events
}
