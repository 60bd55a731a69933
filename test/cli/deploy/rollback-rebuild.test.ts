import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rebuildOf } from '../../../lib/actions/build/rebuild.ts'
import { rebuilds } from '../../../lib/actions/build/rebuilds.ts'
import type { GroupApp } from '../../../lib/actions/groups/group-app.ts'
import { deployGroup } from '../../../lib/actions/groups/deploy-group.ts'
import { lookAtGroup } from '../../../lib/actions/groups/look-at-group.ts'
import { planGroupRollback, rollBackGroup } from '../../../lib/actions/groups/roll-back-group.ts'
import {
  type Rebuilding,
  type RollbackRequest,
  planRollback,
} from '../../../lib/actions/rollback/plan-rollback.ts'
import { rollBack } from '../../../lib/actions/rollback/roll-back.ts'
import type { Group } from '../../../lib/records/group.ts'
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
import { digestOf, dockerTag, forget, gitHash, imageDeploy, source } from './image-deploy.ts'
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
    forget(shop, dockerTag)

    const { deployments, builds } = await rolledBack(['default', 'worker'])

    const [rebuilt, worker] = deployments
    expect(rebuilt).toMatchObject({
      trigger: 'rollback',
      dockerTag,
      gitHash,
      source,
      imageDigest: digestOf(shop, dockerTag),
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
    forget(shop, dockerTag)

    const { deployments, builds } = await rolledBack(['scheduler', 'worker'])

    expect(deployments.map(({ state }) => state.is)).toEqual(['live', 'live'])
    expect(builds).toBe(1)
  })

  it('keeps what runs where the build fails', async () => {
    await imageDeploy(shop, { processes: ['worker'] }).ended
    await deployed('two', 'process=worker')
    forget(shop, dockerTag)

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
    forget(shop, 'one')

    const { code, document } = await shop.json('rollback', 'process=worker', '--wait')

    expect([code, document.error.code]).toEqual([3, 'cannot_rebuild'])
    expect(document.error.message).toContain('worker: the image one is gone, and cannot be built again')
    expect(document.error.message).toContain(message)
    expect(document.error.advice).toContain('Or go back further: tapit -a shop rollback to=dep_…')
    expect(runningTags(shop, 'worker')).toEqual(['two'])
  })

  it('is refused before anything is recorded where there is no Docker to build with', async () => {
    await imageDeploy(shop, { processes: ['worker'] }).ended
    await deployed('two', 'process=worker')
    forget(shop, dockerTag)
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

describe('the rollback of a group over two apps', { timeout: 60_000 }, () => {
  let other: Shop
  beforeEach(async () => {
    other = await openShop({ place: { account: '444455556666', region: 'eu-west-1' }, clock: shop.clock })
    for (const tag of ['one', 'two']) await other.push({ tag })
  })
  afterEach(() => other.close())

  it('builds again what is gone in one of them, and takes what is there in the other', async () => {
    await imageDeploy(shop, { processes: ['worker'] }).ended
    await other.json('create', 'deploy', 'docker_tag=one', 'process=worker', '--wait')
    const group = await deployedToBoth('two')
    forget(shop, dockerTag)

    const { end, builds } = await rolledBackGroup(group)

    expect(end.exit).toBe('done')
    expect(end.apps.flatMap(({ deployments }) => deployments)).toMatchObject([
      {
        trigger: 'rollback',
        dockerTag,
        gitHash,
        imageDigest: digestOf(shop, dockerTag),
        state: { is: 'live' },
      },
      { trigger: 'rollback', dockerTag: 'one', state: { is: 'live' } },
    ])
    expect(builds).toEqual([1, 0])
    expect([...runningTags(shop, 'worker'), ...runningTags(other, 'worker')]).toEqual([dockerTag, 'one'])
  })

  it('goes on in the other one where the build fails', async () => {
    await imageDeploy(shop, { processes: ['worker'] }).ended
    await other.json('create', 'deploy', 'docker_tag=one', 'process=worker', '--wait')
    const group = await deployedToBoth('two')
    forget(shop, dockerTag)

    const { end } = await rolledBackGroup(group, { scripts: { '*': { ends: failedStep } } })

    expect(end.exit).toBe('failed')
    expect([...runningTags(shop, 'worker'), ...runningTags(other, 'worker')]).toEqual(['two', 'one'])
  })

  /** One group of both. */
  async function deployedToBoth(tag: string): Promise<Group> {
    const request = { app: 'shop', trigger: 'manual', processes: ['worker'], dockerTag: tag } as const
    const options = { ...following(), dryRun: false, without: () => undefined }
    const deploys = [shop, other].map(each => ({ app: appIn(each), request }))
    const { apps } = await drained(deployGroup(deploys, options))
    const [group] = apps.flatMap(each => each.group ?? [])
    if (group === undefined) throw new Error('nothing was deployed')
    return group
  }

  async function rolledBackGroup(group: Group, over: Partial<FakeBuildOptions> = {}) {
    const apps = new Map([shop, other].map(each => [accountOf(each), { shop: each, ...appIn(each) }]))
    const found = (account = ''): GroupApp & { readonly shop: Shop } => {
      const app = apps.get(account)
      if (app === undefined) throw new Error(`there is no account ${account}`)
      return app
    }
    const made = new Map([...apps.values()].map(({ shop: own, ...app }) => [own, scripted(own, app, over)]))
    const parts = await lookAtGroup(group, async ({ account }) => found(account))
    const rollbacks = await planGroupRollback({ group, config: 'as_it_was' }, parts, {
      ...following(),
      rebuildingIn: ({ place }) => madeIn(found(place.account).shop),
    })
    const end = await drained(rollBackGroup(rollbacks, following()))
    return { end, builds: [shop, other].map(each => madeIn(each).builds()) }

    function madeIn(own: Shop): Scripted {
      const rebuilding = made.get(own)
      if (rebuilding === undefined) throw new Error('there is no such shop')
      return rebuilding
    }
  }

  function appIn(own: Shop): GroupApp {
    const { region } = own.sandbox.world
    const place = { app: 'shop', region, account: accountOf(own) }
    return { label: `shop@${region}`, place, ...meansOf(own) }
  }

  function accountOf({ sandbox }: Shop): string {
    return sandbox.world.account
  }
})

/** `tapit rollback` with a scripted build in place of Docker, in a folder whose tapit.yml names the repository. */
async function rolledBack(
  processes: readonly string[],
  over: Partial<FakeBuildOptions> = {},
): Promise<{ readonly deployments: readonly Deployment[]; readonly builds: number }> {
  const means = meansOf(shop)
  const { rebuild, buildFor, builds } = scripted(shop, means, over)
  const request: RollbackRequest = { app: 'shop', cluster: 'shop', processes, config: 'as_it_was' }
  const plan = await planRollback(request, { ...means, rebuild })
  const build = await buildFor(plan)
  const options = { ...means, ...following(), dryRun: false, ...(build && { build }) }
  const { deployments } = await drained(rollBack(request, plan, options))
  return { deployments, builds: builds() }
}

type Scripted = Rebuilding & { readonly builds: () => number }

/** Builds of images that are gone in a shop. */
function scripted(own: Shop, { ports }: Pick<GroupApp, 'ports'>, over: Partial<FakeBuildOptions>): Scripted {
  const config = { build: { source } } as NonNullable<BuildMeans['config']>
  const made: ReturnType<typeof fakeBuild>[] = []
  return {
    rebuild: id => rebuildOf({ app: 'shop', id }, { ports, config, inWords: rebuildObstacleText }),
    buildFor: ({ back }) =>
      rebuilds(back, async ({ tag = 'automatic', from }) => {
        const build = fakeBuild({
          clock: own.clock,
          dockerTag: tag,
          gitHash: from.ref,
          source: from.url,
          push: async () => {
            await own.push({ tag, log: ['built again'] })
            return digestOf(own, tag)
          },
          ...over,
        })
        made.push(build)
        return build
      }),
    builds: () => made.reduce((sum, each) => sum + each.builds(), 0),
  }
}

function meansOf({ env, clock }: Shop): Pick<GroupApp, 'ports' | 'observer'> {
  const { command, loop } = awsPorts({ env, clock })
  return {
    ports: { ...command, ...newIds(clock), clock, audit: silentAudit },
    observer: createObserver({ ecs: loop.ecs, targets: loop.targets, clock }),
  }
}

function following() {
  return { leaseSeconds: 60, wait: true, signal: new AbortController().signal }
}

async function drained<End>(events: AsyncGenerator<unknown, End, void>): Promise<End> {
  while (true) {
    const { done, value } = await events.next()
    if (done === true) return value
  }
}

async function deployed(tag: string, ...keys: readonly string[]): Promise<void> {
  const { code, document } = await shop.json('create', 'deploy', `docker_tag=${tag}`, ...keys, '--wait')
  if (code !== 0) throw new Error(JSON.stringify(document))
}
