import { fc } from '../../fakes/fast-check.ts'
import { describe, expect, it } from 'vitest'
import { behaviours } from '../../../lib/sandbox/ecr/behaviour.ts'
import type { ecs } from '../../../lib/sandbox/wire/handlers.ts'
import { PairedWorld } from './paired-world.ts'
import { TestWorld } from './test-world.ts'

const percents = fc.record({
  desiredCount: fc.integer({ min: 1, max: 6 }),
  minimumHealthyPercent: fc.integer({ min: 0, max: 100 }),
  maximumPercent: fc.integer({ min: 100, max: 200 }),
})

/** A rolling update, looked at every 100 ms of a minute. */
function watch({
  desiredCount,
  ...deploymentConfiguration
}: {
  desiredCount: number
  minimumHealthyPercent: number
  maximumPercent: number
}) {
  const world = new TestWorld()
  const TargetGroupArn = world.steadyWeb({ desiredCount, deploymentConfiguration })
  world.deploy('ok')
  return Array.from({ length: 300 }, () => {
    world.pass(100)
    const { TargetHealthDescriptions = [] } = world.elb.DescribeTargetHealth({ TargetGroupArn })
    const serving = TargetHealthDescriptions.filter(it => it.TargetHealth?.State === 'healthy').length
    const wanted = world.tasks.filter(it => it.desiredStatus === 'RUNNING').length
    return { serving, wanted, status: world.deployment.status }
  })
}

/** Many runs of each, on a machine that may be busy. */
const patient = { timeout: 30_000 }

describe('a rolling deployment of good images, whatever its limits', patient, () => {
  it('never has fewer healthy tasks than minimumHealthyPercent', () => {
    fc.assert(
      fc.property(percents, given => {
        const least = Math.ceil((given.desiredCount * given.minimumHealthyPercent) / 100)
        expect(Math.min(...watch(given).map(({ serving }) => serving))).toBeGreaterThanOrEqual(least)
      }),
      { numRuns: 40 },
    )
  })

  it('never has more tasks than maximumPercent', () => {
    fc.assert(
      fc.property(percents, given => {
        const most = Math.floor((given.desiredCount * given.maximumPercent) / 100)
        expect(Math.max(...watch(given).map(({ wanted }) => wanted))).toBeLessThanOrEqual(most)
      }),
      { numRuns: 40 },
    )
  })

  it('succeeds, unless the limits leave it no room', () => {
    fc.assert(
      fc.property(percents, given => {
        const { desiredCount, minimumHealthyPercent, maximumPercent } = given
        const least = Math.ceil((desiredCount * minimumHealthyPercent) / 100)
        const most = Math.floor((desiredCount * maximumPercent) / 100)
        const isStuck = least >= desiredCount && most <= desiredCount
        expect(watch(given).at(-1)?.status).toBe(isStuck ? 'IN_PROGRESS' : 'SUCCESSFUL')
      }),
      { numRuns: 40 },
    )
  })
})

const withBreaker = { deploymentCircuitBreaker: { enable: true, rollback: true } }

const kinds = ['web', 'pair', 'ROLLING', 'BLUE_GREEN', 'CANARY'] as const

function steadyWorld(kind: (typeof kinds)[number]): TestWorld {
  if (kind === 'pair') {
    const paired = new PairedWorld()
    paired.steadyPair({ ...withBreaker, strategy: 'CANARY', bakeTimeInMinutes: 1 })
    return paired
  }
  const world = new TestWorld()
  if (kind === 'web') world.steadyWeb()
  else world.steady({ deploymentConfiguration: { ...withBreaker, strategy: kind } })
  return world
}

describe('time', patient, () => {
  const changes = fc.array(
    fc.record({
      behaviour: fc.constantFrom(...behaviours),
      desiredCount: fc.integer({ min: 0, max: 3 }),
      after: fc.integer({ min: 0, max: 20_000 }),
      steps: fc.array(fc.integer({ min: 1, max: 3000 }), { maxLength: 20 }),
    }),
    { minLength: 1, maxLength: 4 },
  )

  it('gives the same world in many small steps as in one', () => {
    fc.assert(
      fc.property(changes, fc.constantFrom(...kinds), (given, kind) => {
        const [inSteps, atOnce] = [true, false].map(isSmall => {
          const world = steadyWorld(kind)
          for (const { behaviour, desiredCount, after, steps } of given) {
            world.deploy(behaviour)
            world.update({ desiredCount })
            let left = after
            for (const step of isSmall ? steps : []) {
              world.pass(Math.min(step, left))
              left -= Math.min(step, left)
            }
            world.pass(left)
          }
          return JSON.stringify(world.world.state)
        })
        expect(inSteps).toBe(atOnce)
      }),
      { numRuns: 60 },
    )
  })

  it('has little to catch up with after a week of a crash loop', () => {
    const world = new TestWorld()
    world.steadyWeb({ deploymentConfiguration: {} })
    world.deploy('late-crash')
    world.pass(7 * 86_400_000)

    expect(world.world.state.ecs.sequence).toBeLessThan(50_000)
    expect(world.logLines().length).toBeLessThan(5000)
  })

  it('survives a snapshot', () => {
    const world = new TestWorld()
    world.steadyWeb()
    world.deploy('crash')
    world.pass(2500)

    const { state } = world.world

    expect(JSON.parse(JSON.stringify(state))).toEqual(JSON.parse(JSON.stringify(structuredClone(state))))
    expect(JSON.stringify(JSON.parse(JSON.stringify(state)))).toBe(JSON.stringify(state))
  })
})

describe('traffic', patient, () => {
  const configurations = fc.constantFrom<ecs.DeploymentConfiguration>(
    { strategy: 'ROLLING' },
    { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 },
    { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 1 } },
    { strategy: 'LINEAR', linearConfiguration: { stepPercent: 33.3, stepBakeTimeInMinutes: 0 } },
  )
  const acts = fc.array(
    fc.record({
      configuration: configurations,
      behaviour: fc.constantFrom('ok', 'crash', 'unhealthy', 'slow', 'pull-error'),
      desiredCount: fc.integer({ min: 1, max: 3 }),
      isStopped: fc.boolean(),
      after: fc.integer({ min: 0, max: 150 }),
    }),
    { minLength: 1, maxLength: 6 },
  )

  it('always has somebody to answer it, whatever is deployed, stopped and superseded when', () => {
    fc.assert(
      fc.property(acts, given => {
        const world = new PairedWorld()
        world.steadyPair({ strategy: 'ROLLING' })
        for (const { configuration, behaviour, desiredCount, isStopped, after } of given) {
          world.update({ deploymentConfiguration: configuration, desiredCount })
          world.deploy(behaviour, { salt: String(world.now) })
          let left = after
          world.watchUntil(() => left-- === 0)
          const { serviceDeploymentArn, finishedAt } = world.deployment
          if (isStopped && finishedAt === undefined) world.ecs.StopServiceDeployment({ serviceDeploymentArn })
        }
        expect(world.watchToTheEnd()).toMatch(/^(SUCCESSFUL|ROLLBACK_SUCCESSFUL|ROLLBACK_FAILED)$/)
      }),
      { numRuns: 30 },
    )
  })
})
