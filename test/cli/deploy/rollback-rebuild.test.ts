import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rebuildOf } from '../../../lib/actions/build/rebuild.ts'
import { rebuilds } from '../../../lib/actions/build/rebuilds.ts'
import { type RollbackRequest, planRollback, rollBack } from '../../../lib/actions/rollback/roll-back.ts'
import type { BuildMeans } from '../../../lib/actions/build/build-request.ts'
import { createObserver } from '../../../lib/actions/observe/observer.ts'
import { awsPorts } from '../../../lib/adapters/aws/aws-ports.ts'
import { newIds } from '../../../lib/adapters/ids.ts'
import { rebuildObstacleText } from '../../../lib/cli/wording/rebuild-text.ts'
import type { Deployment } from '../../../lib/deployment/deployment.ts'
import { type FakeBuildOptions, failedStep, fakeBuild } from '../../fakes/fake-build.ts'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { silentAudit } from '../../fakes/silent-audit.ts'
import { temporaryFolder } from '../../init/temporary-folder.ts'
import { runIn } from '../images/run-in.ts'
import { dockerTag, gitHash, imageDeploy, source } from './image-deploy.ts'
import { runningTags } from './scenes.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
  for (const tag of ['one', 'two']) await shop.push({ tag })
})
afterEach(() => shop.close())

describe('a rollback to an image that is gone', { timeout: 60_000 }, () => {
  it('builds it again from its commit, beside what is still there', async () => {
    await imageDeploy(shop, { processes: ['default'] }).ended
    await deployed('one', 'process=worker')
    await deployed('two', 'process=default,worker')
    forget(dockerTag)

    const { deployments, builds } = await rolledBack(['default', 'worker'])

    const [rebuilt, worker] = deployments
    expect(rebuilt).toMatchObject({
      trigger: 'rollback',
      dockerTag,
      gitHash,
      source,
      imageDigest: digestOf(dockerTag),
      state: { is: 'live' },
    })
    expect(rebuilt?.timeline.flatMap(({ step }) => step ?? [])).toEqual(['build', 'register'])
    expect(worker).toMatchObject({ dockerTag: 'one', state: { is: 'live' } })
    expect(worker?.timeline.flatMap(({ step }) => step ?? [])).toEqual(['register'])
    expect(builds).toBe(1)
    expect(runningTags(shop, 'default')).toEqual([dockerTag])
  })

  it('builds once what several processes share', async () => {
    await imageDeploy(shop, { processes: ['scheduler', 'worker'] }).ended
    await deployed('two', 'process=scheduler,worker')
    forget(dockerTag)

    const { deployments, builds } = await rolledBack(['scheduler', 'worker'])

    expect(deployments.map(({ state }) => state.is)).toEqual(['live', 'live'])
    expect(builds).toBe(1)
  })

  it('keeps what runs where the build fails', async () => {
    await imageDeploy(shop, { processes: ['worker'] }).ended
    await deployed('two', 'process=worker')
    forget(dockerTag)

    const { deployments } = await rolledBack(['worker'], { scripts: { '*': { ends: failedStep } } })

    expect(deployments[0]?.state).toMatchObject({ is: 'failed', failure: { code: 'build_failed' } })
    expect(runningTags(shop, 'worker')).toEqual(['two'])
  })

  it.each([
    ['its commit is not known', {}, 'its deployment does not know the commit.'],
    ['its repository is not known', { git_hash: gitHash }, 'but not of which repository.'],
  ])('is refused where %s', async (_, keys, message) => {
    await deployed('one', 'process=worker', ...Object.entries(keys).map(each => each.join('=')))
    await deployed('two', 'process=worker')
    forget('one')

    const { code, document } = await shop.json('rollback', 'process=worker', '--wait')

    expect([code, document.error.code]).toEqual([3, 'cannot_rebuild'])
    expect(document.error.message).toContain('worker: the image one is gone, and cannot be built again')
    expect(document.error.message).toContain(message)
    expect(runningTags(shop, 'worker')).toEqual(['two'])
  })

  it('is refused before anything is recorded where there is no Docker to build with', async () => {
    await imageDeploy(shop, { processes: ['worker'] }).ended
    await deployed('two', 'process=worker')
    forget(dockerTag)
    const folder = temporaryFolder({
      'tapit.yml': `app: shop\nbuild: { source: "${source}" }\nprocesses: { worker: {} }\n`,
    })
    const { document: before } = await shop.json('list', 'deploys')

    const run = await runIn(shop, folder, ['rollback', 'process=worker', '--wait'], { PATH: folder })

    expect(run.code).toBe(3)
    expect(run.stderr).toContain('there is no `docker` on this machine’s PATH.')
    expect((await shop.json('list', 'deploys')).document).toEqual(before)
  })
})

/** `tapit rollback` with a scripted build in place of Docker, in a folder whose tapit.yml names the repository. */
async function rolledBack(
  processes: readonly string[],
  over: Partial<FakeBuildOptions> = {},
): Promise<{ readonly deployments: readonly Deployment[]; readonly builds: number }> {
  const { clock, env } = shop
  const { command, loop } = awsPorts({ env, clock })
  const ports = { ...command, ...newIds(clock), clock, audit: silentAudit }
  const observer = createObserver({ ecs: loop.ecs, targets: loop.targets, clock })
  const request: RollbackRequest = { app: 'shop', cluster: 'shop', processes, config: 'as_it_was' }
  const config = { build: { source } } as NonNullable<BuildMeans['config']>
  const plan = await planRollback(request, {
    ports,
    observer,
    rebuild: id => rebuildOf({ app: 'shop', id }, { ports, config, inWords: rebuildObstacleText }),
  })
  const made: ReturnType<typeof fakeBuild>[] = []
  const build = await rebuilds(plan.back, async ({ tag, from }) => {
    const own = fakeBuild({
      clock,
      dockerTag: tag ?? 'automatic',
      gitHash: from.ref,
      source: from.url,
      push: async () => {
        await shop.push({ tag: tag ?? 'automatic', log: ['built again'] })
        return digestOf(tag ?? 'automatic') ?? ''
      },
      ...over,
    })
    made.push(own)
    return own
  })
  const { signal } = new AbortController()
  const options = { ports, observer, leaseSeconds: 60, dryRun: false, wait: true, signal }
  const events = rollBack(request, plan, { ...options, ...(build && { build }) })
  while (true) {
    const { done, value } = await events.next()
    if (done !== true) continue
    return { deployments: value.deployments, builds: made.reduce((sum, each) => sum + each.builds(), 0) }
  }
}

async function deployed(tag: string, ...keys: readonly string[]): Promise<void> {
  const { code, document } = await shop.json('create', 'deploy', `docker_tag=${tag}`, ...keys, '--wait')
  if (code !== 0) throw new Error(JSON.stringify(document))
}

function digestOf(tag: string): string | undefined {
  return images().find(({ tags }) => tags.includes(tag))?.digest
}

function forget(tag: string): void {
  images().splice(
    images().findIndex(({ tags }) => tags.includes(tag)),
    1,
  )
}

function images() {
  return shop.sandbox.world.state.ecr.repositories['shop']?.images ?? []
}
