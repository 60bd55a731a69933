import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Clock } from '../../../lib/names/clock.ts'
import { timings } from '../../../lib/sandbox/timings.ts'
import { type Script, failedStep } from '../../fakes/fake-build.ts'
import { type Shop, openShop } from '../../fakes/shop.ts'
import {
  digestOf,
  dockerTag,
  gitHash,
  imageDeploy,
  pushed,
  recordOf,
  source,
  takeLease,
} from './image-deploy.ts'
import {
  type DeploymentDocument,
  activeRevisions,
  before,
  changeTemplate,
  deleteImage,
  deployOne,
  outside,
  pace,
  pushIndex,
  runningTags,
  serviceDeployments,
  tagService,
  until,
} from './scenes.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop({ speed: 20 })
})
afterEach(() => shop.close())

const hangs: Script = { tells: [[0, { is: 'step', step: 'build' }]], ends: 'hangs' }

/** All steps, a few lines, then an image. */
const builds: Script = {
  tells: [
    [500, { is: 'step', step: 'clone' }],
    [0, { is: 'line', step: 'clone', message: 'cloned 4be1a77' }],
    [1_000, { is: 'step', step: 'analyze' }],
    [0, { is: 'line', step: 'analyze', message: 'a Dockerfile of its own' }],
    [1_000, { is: 'step', step: 'build' }],
    [500, { is: 'doing', what: '[build 3/7] RUN npm ci' }],
    [500, { is: 'line', step: 'build', message: 'added 12 packages' }],
  ],
}

const fails: Script = {
  tells: [
    [0, { is: 'step', step: 'build' }],
    [500, { is: 'line', step: 'build', message: 'npm ERR! token=hunter2 is not valid' }],
  ],
  ends: failedStep,
}

describe('a deploy that begins with a build', () => {
  it('releases with what it has built, before anything starts', async () => {
    releaseWith(['echo', 'migrated'])

    const { code, stderr } = await imageDeploy(shop, { scripts: { '*': builds }, processes: ['default'] })
      .ended

    const release = Object.values(shop.sandbox.world.state.ecs.tasks).filter(
      each => each.serviceArn === undefined,
    )
    expect(code).toBe(0)
    expect(release).toMatchObject([{ containers: [{ imageDigest: digestOf(shop, dockerTag), exitCode: 0 }] }])
    expect(stderr).toMatch(/running the release command: echo migrated.*\n.*default: {3}migrated\n/)
  })

  it('deploys nothing where the image cannot be built that it would release with', async () => {
    releaseWith(['echo', 'migrated'])

    const { code, stdout } = await imageDeploy(shop, {
      scripts: { default: fails, '*': builds },
      output: 'json',
    }).ended

    const { deployments } = JSON.parse(stdout)
    expect(code).toBe(1)
    expect(deployments.map((each: DeploymentDocument) => [each.process, each.failure])).toEqual([
      ['default', expect.objectContaining({ code: 'build_failed' })],
      ['scheduler', expect.objectContaining({ code: 'release_failed' })],
      [
        'worker',
        expect.objectContaining({
          code: 'release_failed',
          message:
            'the release command never ran: there is no image of default to run it with. Nothing was deployed.',
        }),
      ],
    ])
  })

  it('ends live, with the digest that was pushed, and says where it came from', async () => {
    const deploying = imageDeploy(shop, { scripts: { '*': builds }, processes: ['default'], output: 'json' })

    const { code, stdout } = await deploying.ended

    const [deployment] = JSON.parse(stdout).deployments
    expect(code).toBe(0)
    expect(deployment).toMatchObject({
      status: 'finalized',
      isActive: true,
      dockerTag,
      gitHash,
      source,
      imageDigest: digestOf(shop, dockerTag),
    })
    expect(runningTags(shop, 'default')).toEqual([dockerTag])
    expect(deploying.build.checked).toEqual(['default'])
    expect(deploying.build.hasEnded()).toBe(true)
  })

  it('has steps with times of their own, one after the other', async () => {
    const { ended } = imageDeploy(shop, { scripts: { '*': builds }, processes: ['worker'], output: 'json' })

    const { steps } = JSON.parse((await ended).stdout).deployments[0]

    expect(steps.map((each: any) => `${each.name} ${each.status}`)).toEqual([
      'clone succeeded',
      'analyze succeeded',
      'build succeeded',
      'deploy succeeded',
      'health_check skipped',
      'finalize succeeded',
    ])
    expect(steps[0].finishedAt).toBe(steps[1].startedAt)
    expect(Date.parse(steps[1].finishedAt) - Date.parse(steps[1].startedAt)).toBeGreaterThanOrEqual(900)
  })

  it('keeps the log of each step, and shows them in order', async () => {
    const { ended } = imageDeploy(shop, { scripts: { '*': builds }, processes: ['default'], output: 'json' })
    const { id } = JSON.parse((await ended).stdout).deployments[0]

    const all = await shop.tapit('show', 'logs', `deploy=${id}`)
    const build = await shop.tapit('show', 'logs', `deploy=${id}`, 'step=build')

    const places = ['cloned 4be1a77', 'a Dockerfile of its own', 'added 12 packages', 'active'].map(text =>
      all.stdout.indexOf(text),
    )
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    expect(places[0]).toBeGreaterThan(-1)
    expect(build.stdout).toContain('[build 3/7] RUN npm ci')
    expect(build.stdout).not.toContain('cloned 4be1a77')
  })

  it('builds once what several processes share; each of them has the log', async () => {
    const deploying = imageDeploy(shop, { scripts: { '*': builds }, output: 'json' })

    const { code, stdout, stderr } = await deploying.ended

    const { deployments } = JSON.parse(stdout)
    expect({ code, builds: deploying.build.builds() }).toEqual({ code: 0, builds: 1 })
    expect(new Set(deployments.map((each: any) => each.imageDigest)).size).toBe(1)
    expect(stderr.match(/added 12 packages/g)).toHaveLength(1)
    expect(stderr).toContain('shop:   added 12 packages')
    const logs = await Promise.all(
      deployments.map((each: any) => shop.tapit('show', 'logs', `deploy=${each.id}`, 'step=build')),
    )
    expect(logs.every(({ stdout: log }) => log.includes('added 12 packages'))).toBe(true)
  })

  it('waits for the build without --wait, and leaves the rest to ECS', async () => {
    const deploying = imageDeploy(shop, { scripts: { '*': builds }, waits: false })

    const { code, stdout } = await deploying.ended

    expect(code).toBe(0)
    expect(deploying.stderr()).toContain('added 12 packages')
    expect(stdout).toContain('in progress')
    expect(serviceDeployments(shop, 'default')).toHaveLength(2)
  })

  it('shows the log of a step while it goes on', async () => {
    const script: Script = {
      tells: [
        [0, { is: 'step', step: 'build' }],
        [500, { is: 'line', step: 'build', message: 'added 12 packages' }],
      ],
      ends: 'hangs',
    }
    const deploying = imageDeploy(shop, { scripts: { '*': script }, processes: ['worker'] })
    await until(shop, () => deploying.stderr().includes('added 12 packages'))
    const { document } = await shop.json('show', 'deploy')
    const watching = shop.start([
      'show',
      'logs',
      `deploy=${document.deployments[0].id}`,
      'step=build',
      '--follow',
    ])

    await until(shop, () => watching.stdout().includes('added 12 packages'))

    expect(deploying.build.running()).toBe(1)
    watching.interrupt()
    deploying.interrupt()
    await Promise.all([watching.ended, deploying.ended])
  })

  it('breaks a long silence', async () => {
    const script: Script = {
      tells: [
        [0, { is: 'step', step: 'build' }],
        [0, { is: 'doing', what: '[3/7] RUN npm ci' }],
      ],
      ends: 'hangs',
    }
    const deploying = imageDeploy(shop, { scripts: { '*': script }, processes: ['worker'] })

    await until(shop, () => deploying.stderr().includes('worker: still '))

    expect(deploying.stderr()).toMatch(/worker: still \[3\/7\] RUN npm ci \(1:\d\d\)/)
    deploying.interrupt()
    await deploying.ended
  })

  it('takes along what changed while it was built', async () => {
    const deploying = imageDeploy(shop, { scripts: { '*': builds }, processes: ['worker'], output: 'json' })
    await until(shop, () => deploying.build.running() > 0)
    changeTemplate(shop, 'worker', { environment: [{ name: 'LOG_LEVEL', value: 'debug' }] })
    tagService(shop, 'worker', { 'tapit:count': '3' })

    const { code, stdout } = await deploying.ended

    const { taskDefinition } = JSON.parse(stdout).deployments[0].ecs
    const { taskDefinition: deployed } = outside(shop).DescribeTaskDefinition({ taskDefinition })
    const { services } = outside(shop).DescribeServices({ cluster: 'shop', services: ['worker'] })
    expect(code).toBe(0)
    expect(deployed?.containerDefinitions?.[0]?.environment).toEqual([{ name: 'LOG_LEVEL', value: 'debug' }])
    expect(services?.[0]?.desiredCount).toBe(3)
  })

  it('does not deploy an image that was built for another CPU', async () => {
    const push = async (): Promise<string> => {
      pushIndex(shop, dockerTag, ['linux/arm64'])
      return digestOf(shop, dockerTag)
    }

    const { stdout } = await imageDeploy(shop, { processes: ['worker'], push, output: 'json' }).ended

    expect(JSON.parse(stdout).deployments[0].failure.code).toBe('architecture_mismatch')
    expect(shop.sandbox.faults.count('RegisterTaskDefinition')).toBe(0)
  })

  it('does not come between what somebody deploys outside tapit meanwhile', async () => {
    pace(shop, timings.realistic)
    const push = async (): Promise<string> => {
      outside(shop).UpdateService({ cluster: 'shop', service: 'worker', forceNewDeployment: true })
      return pushed(shop)
    }

    const { code, stdout } = await imageDeploy(shop, { processes: ['worker'], push, output: 'json' }).ended

    const [{ failure }] = JSON.parse(stdout).deployments
    expect(code).toBe(1)
    expect(failure.code).toBe('never_started')
    expect(failure.message).toContain('ECS is still busy with a deployment of it')
  })

  it('refuses before anything is recorded what cannot be built', async () => {
    const { Refusal } = await import('../../../lib/names/refusal.ts')
    const refuses = new Refusal({ code: 'tag_immutable', message: 'the tag is taken.' })

    const { code, stderr } = await imageDeploy(shop, { refuses }).ended

    expect(code).toBe(3)
    expect(stderr).toContain('the tag is taken.')
    expect((await shop.json('list', 'deploys')).document.deployments).toEqual([])
  })

  it('waits a moment for ECR to show what its registry has taken', async () => {
    await pushed(shop)
    const digest = digestOf(shop, dockerTag)
    deleteImage(shop, dockerTag)
    before(shop, 'DescribeImages', () => void pushed(shop), { at: 2 })

    const { code } = await imageDeploy(shop, { processes: ['worker'], push: async () => digest }).ended

    expect(code).toBe(0)
    expect(runningTags(shop, 'worker')).toEqual([dockerTag])
  })

  it('fails where ECR does not show the image: nothing was asked of ECS', async () => {
    const absent = `sha256:${'0'.repeat(64)}`
    const { ended } = imageDeploy(shop, {
      processes: ['worker'],
      push: () => Promise.resolve(absent),
      output: 'json',
    })

    const { code, stdout } = await ended

    expect(code).toBe(1)
    expect(JSON.parse(stdout).deployments[0]).toMatchObject({
      status: 'failed',
      promotionStage: 'building',
      failure: { code: 'image_not_found' },
    })
    expect(shop.sandbox.faults.count('RegisterTaskDefinition')).toBe(0)
  })
})

describe('a build that fails', () => {
  it('fails its own deployment alone, by its step; the others go live', async () => {
    const { ended } = imageDeploy(shop, { scripts: { '*': builds, worker: fails }, output: 'json' })

    const { code, stdout } = await ended

    const [web, scheduler, worker] = JSON.parse(stdout).deployments
    expect(code).toBe(1)
    expect([web.status, scheduler.status, worker.status]).toEqual(['finalized', 'finalized', 'failed'])
    expect(worker).toMatchObject({
      promotionStage: 'building',
      failure: {
        code: 'build_failed',
        message: 'npm ci exited with code 1. ([build 3/7] RUN npm ci)',
        advice: expect.stringContaining(`show logs deploy=${worker.id} step=build`),
        image: { code: 'step_failed', step: '[build 3/7] RUN npm ci', exitCode: 1 },
      },
    })
    expect(worker.imageDigest).toBeUndefined()
    expect(worker.steps.map((each: any) => `${each.name} ${each.status}`)).toEqual([
      'clone skipped',
      'analyze skipped',
      'build failed',
      'deploy skipped',
      'health_check skipped',
      'finalize skipped',
    ])
    expect(runningTags(shop, 'worker')).toEqual(['v1.2.2'])
  })

  it('shows the last lines of what failed, which are not in the record', async () => {
    const { ended } = imageDeploy(shop, { scripts: { '*': fails }, processes: ['worker'] })
    const { code, stdout } = await ended

    const { document } = await shop.json('show', 'deploy')

    expect(code).toBe(1)
    expect(stdout).toContain('npm ERR! code E401')
    expect(stdout).toContain('worker failed: it is still on v1.2.2')
    expect(stdout).toMatch(/tapit -a shop image deploy process=worker/)
    expect(document.deployments[0].failure.evidence[0].logLines.join('\n')).toContain('token=hunter2')
    expect(JSON.stringify(await recordOf(shop, document.deployments[0].id)).includes('hunter2')).toBe(false)
  })

  it('gives its lease back while others are still built', async () => {
    const deploying = imageDeploy(shop, {
      scripts: { '*': hangs, worker: fails },
      processes: ['default', 'worker'],
    })
    await until(shop, () => deploying.stderr().includes('build_failed'))

    const deploy = ['create', 'deploy', 'process=worker', 'docker_tag=v1.2.3', '--wait']
    // It does a moment after it has told why.
    await expect
      .poll(async () => (await shop.tapit(...deploy)).code, { timeout: 20_000, interval: 100 })
      .toBe(0)

    expect(deploying.build.running()).toBe(1)
    deploying.interrupt()
    expect((await deploying.ended).code).toBe(130)
  })

  it('is the exit code without --wait, too', async () => {
    const { code } = await imageDeploy(shop, {
      scripts: { '*': {}, worker: fails },
      waits: false,
    }).ended

    expect(code).toBe(1)
  })

  it.each(['clone', 'analyze'] as const)('has a code of its own for %s', async step => {
    const failure = { code: 'build_failed', message: 'there is no such thing.', lines: [] } as const
    const script: Script = { tells: [[0, { is: 'step', step }]], ends: { step, failure } }

    const { stdout } = await imageDeploy(shop, {
      scripts: { '*': script },
      processes: ['worker'],
      output: 'json',
    }).ended

    const [{ failure: told, steps }] = JSON.parse(stdout).deployments
    expect(told).toMatchObject({ code: `${step}_failed`, message: 'there is no such thing.' })
    expect(steps.find((each: any) => each.name === step).status).toBe('failed')
  })
})

describe('a build that nobody waits for any longer', () => {
  it('is stopped by Ctrl-C: cancelled, and nothing was asked of ECS', async () => {
    const deploying = imageDeploy(shop, { scripts: { '*': hangs }, processes: ['default', 'worker'] })
    await until(shop, () => deploying.build.running() > 0)

    deploying.interrupt()
    const { code } = await deploying.ended

    const { document } = await shop.json('show', 'deploy')
    expect(code).toBe(130)
    expect(deploying.build.running()).toBe(0)
    expect(deploying.stderr()).toContain('The build of default and worker was stopped with this command')
    expect(document.deployments.map((each: any) => each.status)).toEqual(['cancelled', 'cancelled'])
    expect(document.deployments[0].failure.message).toContain('interrupted while its image was built')
    expect(shop.sandbox.faults.count('RegisterTaskDefinition')).toBe(0)
    expect((await shop.tapit('create', 'deploy', 'docker_tag=v1.2.3', '--wait')).code).toBe(0)
  })

  it('is stopped when the time given is over, and what ECS has heard of goes on', async () => {
    const deploying = imageDeploy(shop, {
      scripts: { '*': {}, worker: hangs },
      processes: ['default', 'worker'],
      timeout: '60s',
    })

    const { code } = await deploying.ended

    const { document } = await shop.json('show', 'deploy')
    const [web, worker] = document.deployments
    expect(code).toBe(1)
    expect(worker).toMatchObject({ status: 'cancelled', promotionStage: 'building' })
    expect(web.ecs.taskDefinition).toBeDefined()
    expect(deploying.stderr()).toMatch(/--timeout\) is over\. The build of worker was stopped/)
  })

  it('is stopped by Ctrl-C without --wait, too', async () => {
    const deploying = imageDeploy(shop, { scripts: { '*': hangs }, processes: ['worker'], waits: false })
    await until(shop, () => deploying.build.running() > 0)

    deploying.interrupt()

    expect((await deploying.ended).code).toBe(130)
    expect(deploying.build.running()).toBe(0)
  })
})

describe('a build that somebody else ends', () => {
  it('is cancelled by `cancel deploy`', async () => {
    const deploying = imageDeploy(shop, { scripts: { '*': hangs }, processes: ['worker'] })
    await until(shop, () => deploying.build.running() > 0)

    const { code } = await shop.tapit('cancel', 'deploy', 'reason=wrong branch', '--wait')

    expect(code).toBe(0)
    expect((await deploying.ended).code).toBe(1)
    expect(deploying.build.running()).toBe(0)
    expect(deploying.stderr()).toContain('wrong branch')
    expect(shop.sandbox.faults.count('RegisterTaskDefinition')).toBe(0)
  })

  it('gives way to a deploy that takes over', async () => {
    const deploying = imageDeploy(shop, { scripts: { '*': hangs }, processes: ['worker'], output: 'json' })
    await until(shop, () => deploying.build.running() > 0)

    const { code } = await deployOne(shop, 'worker', 'v1.2.3', '--supersede', 'reason=hotfix')

    const first = await deploying.ended
    expect([code, first.code]).toEqual([0, 6])
    expect(JSON.parse(first.stdout).deployments[0].failure.code).toBe('superseded')
    expect(runningTags(shop, 'worker')).toEqual(['v1.2.3'])
  })

  it('gives way once its lease is lost, though nobody has ended its record', async () => {
    const deploying = imageDeploy(shop, { scripts: { '*': hangs }, processes: ['worker'], leaseSeconds: 6 })
    await until(shop, () => deploying.build.running() > 0)
    await takeLease(shop, { process: 'worker', deploymentId: 'dep_other' })

    const { code } = await deploying.ended

    expect(code).toBe(6)
    expect(deploying.build.running()).toBe(0)
    expect(deploying.stderr()).toContain('superseded by dep_other')
    expect(shop.sandbox.faults.count('RegisterTaskDefinition')).toBe(0)
  })

  it('takes over from what is under way in ECS, once its image is there', async () => {
    pace(shop, timings.realistic)
    await shop.push({ tag: 'slow', behaviour: 'slow' })
    const first = shop.start(['create', 'deploy', 'process=worker', 'docker_tag=slow', '--wait'])
    await until(shop, () => first.stderr().includes('starting candidate'))

    const second = await imageDeploy(shop, {
      scripts: { '*': builds },
      processes: ['worker'],
      supersede: 'hotfix',
    }).ended

    expect([second.code, (await first.ended).code]).toEqual([0, 6])
    expect(runningTags(shop, 'worker')).toEqual([dockerTag])
  })

  it('refuses another deploy meanwhile, and says that it is being built', async () => {
    const deploying = imageDeploy(shop, { scripts: { '*': hangs }, processes: ['worker'] })
    await until(shop, () => deploying.build.running() > 0)

    const { code, document } = await shop.json('create', 'deploy', 'process=worker', 'docker_tag=v1.2.3')

    expect(code).toBe(3)
    expect(document.error.message).toContain('being built by')
    deploying.interrupt()
    await deploying.ended
  })

  it('keeps its lease however long it takes', async () => {
    const slow: Script = { tells: [[60_000, { is: 'step', step: 'build' }]] }
    const deploying = imageDeploy(shop, { scripts: { '*': slow }, processes: ['worker'], leaseSeconds: 10 })
    await shop.clock.sleep(40_000)

    const other = await shop.tapit('create', 'deploy', 'process=worker', 'docker_tag=v1.2.3')

    expect(other.code).toBe(3)
    expect((await deploying.ended).code).toBe(0)
  })

  it('is found unattended when its command was killed', async () => {
    const { newest } = await killedWhileBuilding()

    expect(newest).toMatchObject({
      status: 'failed',
      failure: {
        code: 'timed_out',
        message: 'its command died while it was building the image; nothing was asked of ECS.',
        advice: 'tapit -a shop image deploy process=worker',
      },
    })
  })
})

describe('a command that was killed while it built', () => {
  it("stands in nobody's way once its deployment is cancelled", async () => {
    const { clock, kill } = mortal(shop.clock)
    const deploying = imageDeploy({ ...shop, clock }, { scripts: { '*': hangs }, processes: ['worker'] })
    await until(shop, () => deploying.build.running() > 0)
    kill()
    const cancelled = await shop.tapit('cancel', 'deploy', '--wait')

    const next = await deployOne(shop, 'worker', 'v1.2.3')

    expect([cancelled.code, next.code]).toEqual([0, 0])
    expect(runningTags(shop, 'worker')).toEqual(['v1.2.3'])
  })

  it('is still in the way while nobody has ended its deployment', async () => {
    const { clock, kill } = mortal(shop.clock)
    const deploying = imageDeploy({ ...shop, clock }, { scripts: { '*': hangs }, processes: ['worker'] })
    await until(shop, () => deploying.build.running() > 0)
    kill()

    const { code, stderr } = await shop.tapit('create', 'deploy', 'process=worker', 'docker_tag=v1.2.3')

    expect(code).toBe(3)
    expect(stderr).toContain('being built by')
  })
})

describe('whoever watches a build that another command runs', () => {
  it('sees it through to its end, and asks nothing of ECS meanwhile', async () => {
    const slow: Script = { tells: [[20_000, { is: 'step', step: 'build' }]] }
    const deploying = imageDeploy(shop, { scripts: { '*': slow }, processes: ['worker'] })
    await until(shop, () => deploying.build.running() > 0)
    const { journal } = shop.sandbox.faults
    const begun = journal.length

    const watched = await shop.tapit('show', 'deploy', '--wait')

    const calls = journal.slice(begun).map(({ operation }) => operation)
    const ecs = calls
      .slice(0, calls.indexOf('UpdateService'))
      .filter(each => each.includes('ServiceDeployment'))
    expect(watched.code).toBe(0)
    expect(watched.stderr).toContain('worker: starting candidate')
    // One look at the beginning, and what the deploy gathers after its build: however long it takes.
    expect(ecs.length).toBeLessThanOrEqual(4)
    expect((await deploying.ended).code).toBe(0)
  })

  it('sees that its command has died', async () => {
    const deploying = imageDeploy(shop, { scripts: { '*': hangs }, processes: ['worker'], leaseSeconds: 2 })
    await until(shop, () => deploying.build.running() > 0)
    shop.sandbox.faults.add({ operation: 'PutItem', when: isOfLease, effect: 'hang' })

    const { code, stdout } = await shop.tapit('show', 'deploy', '--wait')

    expect(code).toBe(1)
    expect(stdout).toContain('its command died while it was building the image')
  })
})

describe('an image that goes while it is deployed', () => {
  it('is not deployed: ECS keeps what runs, and the revision goes', async () => {
    before(shop, 'RegisterTaskDefinition', () => deleteImage(shop, 'v1.2.3'))

    const { code, document } = await shop.json(
      'create',
      'deploy',
      'process=worker',
      'docker_tag=v1.2.3',
      '--wait',
    )

    expect(code).toBe(1)
    expect(document.deployments[0]).toMatchObject({
      status: 'failed',
      promotionStage: 'building',
      failure: { code: 'image_not_found' },
    })
    expect(shop.sandbox.faults.count('UpdateService')).toBe(0)
    expect(serviceDeployments(shop, 'worker')).toHaveLength(1)
    expect(activeRevisions(shop, 'worker')).toHaveLength(1)
  })

  it('is looked up once for all processes that share it', async () => {
    const { journal } = shop.sandbox.faults
    const begun = journal.length

    await shop.tapit('create', 'deploy', 'docker_tag=v1.2.3', '--wait')

    const looks = journal.slice(begun).filter(({ operation }) => operation === 'DescribeImages')
    expect(looks).toHaveLength(2)
  })
})

describe('a record without a digest', () => {
  it.each([
    ['list deploys', ['list', 'deploys']],
    ['show deploy', ['show', 'deploy']],
    ['status', ['status']],
  ])('is readable in %s', async (_title, words) => {
    const deploying = imageDeploy(shop, { scripts: { '*': hangs }, processes: ['worker'] })
    await until(shop, () => deploying.build.running() > 0)
    await shop.clock.sleep(2_000)

    const text = await shop.tapit(...words)
    const { code, document } = await shop.json(...words)

    expect([text.code, code]).toEqual([0, 0])
    expect(text.stdout).toContain('building')
    expect(text.stdout).toContain(dockerTag)
    expect(text.stdout).not.toContain('undefined')
    expect(JSON.stringify(document)).toContain('building')
    deploying.interrupt()
    await deploying.ended
  })
})

/** A clock whose command never wakes again once it is killed. */
function mortal(clock: Clock): { readonly clock: Clock; kill(): void } {
  let isDead = false
  const never = new Promise<void>(() => {})
  return {
    clock: {
      now: () => clock.now(),
      sleep: (...wait) => (isDead ? never : clock.sleep(...wait).then(() => (isDead ? never : undefined))),
    },
    kill: () => (isDead = true),
  }
}

/** A command that nobody lets go on, until its lease is forgotten. */
async function killedWhileBuilding(): Promise<{ newest: any }> {
  const deploying = imageDeploy(shop, { scripts: { '*': hangs }, processes: ['worker'], leaseSeconds: 2 })
  await until(shop, () => deploying.build.running() > 0)
  shop.sandbox.faults.add({ operation: 'PutItem', when: isOfLease, effect: 'hang' })
  await shop.clock.sleep(8_000)
  const { document } = await shop.json('show', 'deploy')
  return { newest: document.deployments[0] }
}

/** Nobody renews a lease any more, as when the command was killed. */
function isOfLease(input: unknown): boolean {
  return JSON.stringify(input).includes('shop#lease')
}

function releaseWith(command: readonly string[]): void {
  shop.sandbox.world.state.ssm.parameters['/tapit/shop/release'] = {
    name: '/tapit/shop/release',
    type: 'String',
    value: JSON.stringify({ command }),
    version: 1,
    modifiedAt: shop.clock.now(),
    tier: 'Standard',
    dataType: 'text',
    tags: {},
  }
}
