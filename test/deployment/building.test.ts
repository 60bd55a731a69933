import { describe, expect, it } from 'vitest'
import { advance } from '../../lib/deployment/advance.ts'
import { buildStepOf } from '../../lib/deployment/build-step-of.ts'
import { type Deployment, type Moment, enter } from '../../lib/deployment/deployment.ts'
import type { Failure } from '../../lib/deployment/failure.ts'
import { failureKinds } from '../../lib/deployment/failures/kinds.ts'
import { healthOf, stageOf, statusOf, stepsOf } from '../../lib/deployment/projections.ts'
import type { PreparingStep, StateName } from '../../lib/deployment/state.ts'
import { deployment, t0 } from './builders.ts'

/** A timeline of these moments, a second each: `clone` and the like are steps of `preparing`. */
function timeline(...names: readonly (StateName | PreparingStep)[]): readonly Moment[] {
  return names.map((name, index) => {
    const at = t0 + index * 1_000
    switch (name) {
      case 'clone':
      case 'analyze':
      case 'build':
      case 'register':
        return { is: 'preparing', step: name, at }
      default:
        return { is: name, at }
    }
  })
}

function building(step: PreparingStep, over: Partial<Deployment> = {}): Deployment {
  const { imageDigest: _none, ...unbuilt } = deployment({
    state: { is: 'preparing', step },
    timeline: timeline(step),
    ...over,
  })
  return unbuilt
}

const built: readonly Moment[] = timeline(
  'clone',
  'analyze',
  'build',
  'register',
  'starting',
  'draining',
  'live',
)

describe('the steps of a deployment that begins with a build', () => {
  it.each<[string, readonly Moment[], readonly string[]]>([
    [
      'all of them',
      built,
      ['clone ok', 'analyze ok', 'build ok', 'deploy ok', 'health_check –', 'finalize ok'],
    ],
    ['without a clone', timeline('analyze', 'build'), ['clone –', 'analyze ok', 'build …']],
    ['with a Dockerfile of its own', timeline('build'), ['clone –', 'analyze –', 'build …']],
    [
      'a build that failed',
      timeline('clone', 'analyze', 'build', 'failed'),
      ['clone ok', 'analyze ok', 'build ✗', 'deploy –', 'health_check –', 'finalize –'],
    ],
    [
      'a clone that failed',
      timeline('clone', 'failed'),
      ['clone ✗', 'analyze –', 'build –', 'deploy –', 'health_check –', 'finalize –'],
    ],
    ['no build', timeline('register', 'starting'), ['deploy …']],
  ])('%s', (_title, moments, expected) => {
    const marks = { succeeded: 'ok', failed: '✗', skipped: '–', running: '…' }

    expect(stepsOf({ timeline: moments }).map(({ name, status }) => `${name} ${marks[status]}`)).toEqual(
      expected,
    )
  })

  it('have times of their own', () => {
    expect(stepsOf({ timeline: built }).slice(0, 4)).toEqual([
      { name: 'clone', status: 'succeeded', startedAt: t0, finishedAt: t0 + 1_000 },
      { name: 'analyze', status: 'succeeded', startedAt: t0 + 1_000, finishedAt: t0 + 2_000 },
      { name: 'build', status: 'succeeded', startedAt: t0 + 2_000, finishedAt: t0 + 3_000 },
      { name: 'deploy', status: 'succeeded', startedAt: t0 + 3_000, finishedAt: t0 + 5_000 },
    ])
  })
})

describe('a deployment that is being built', () => {
  it.each<[PreparingStep | undefined, readonly Moment[]]>([
    ['clone', timeline('clone')],
    ['build', timeline('clone', 'analyze', 'build')],
    ['build', timeline('build', 'cancelled')],
    [undefined, timeline('build', 'register')],
    [undefined, timeline('register', 'failed')],
    [undefined, timeline('awaiting_approval')],
  ])('stands at %s', (step, moments) => {
    expect(buildStepOf({ timeline: moments })).toBe(step)
  })

  it.each<PreparingStep>(['clone', 'analyze', 'build'])('is creating, and building, at %s', step => {
    const { state } = building(step)

    expect([statusOf(state), stageOf(state)]).toEqual(['creating', 'building'])
  })

  it('says nothing of the health of its process where it fails', () => {
    const failure: Failure = { code: 'build_failed', evidence: [] }

    expect(healthOf({ is: 'failed', reached: 'building', failure })).toBe('pending')
    expect(healthOf({ is: 'failed', reached: 'building', failure, ecs: { taskDefinition: 'arn' } })).toBe(
      'unhealthy',
    )
  })

  it('is left alone while its command lives', () => {
    const present = building('build')

    expect(advance(present, { at: t0 + 3_600_000, stopped: [], isSearched: true, unattended: false })).toBe(
      present,
    )
  })

  it.each([
    ['clone', 'cloning the source'],
    ['analyze', 'analyzing the source'],
    ['build', 'building the image'],
  ] as const)('has timed out at %s when its command died', (step, doing) => {
    const dead = advance(building(step), { at: t0 + 1_000, stopped: [], isSearched: true, unattended: true })

    expect(dead.state).toMatchObject({ is: 'failed', reached: 'building', failure: { code: 'timed_out' } })
    const { sentence, advice } = failureKinds.timed_out
    const failure: Failure = { code: 'timed_out', evidence: [] }
    expect(sentence(failure, dead)).toBe(`its command died while it was ${doing}; nothing was asked of ECS.`)
    expect(advice(failure, dead)).toBe('tapit -a shop image deploy process=worker')
  })

  it('that died before ECS heard of it has the old words', () => {
    const dead = building('register')

    expect(failureKinds.timed_out.sentence({ code: 'timed_out', evidence: [] }, dead)).toContain(
      'ECS was seen',
    )
  })
})

describe('why there is no image', () => {
  const image = { code: 'step_failed', message: 'npm ci exited with code 1.', step: '[build 3/7] RUN npm ci' }

  it.each<[string, Failure['image'], string]>([
    ['says where', image, 'npm ci exited with code 1. ([build 3/7] RUN npm ci)'],
    ['says it once', { ...image, message: `${image.step} failed` }, '[build 3/7] RUN npm ci failed'],
    ['has words where the build had none', undefined, 'the image could not be built.'],
  ])('%s', (_title, fault, expected) => {
    const failure: Failure = { code: 'build_failed', evidence: [], ...(fault && { image: fault }) }

    expect(failureKinds.build_failed.sentence(failure, building('build'))).toBe(expected)
  })

  it.each([
    ['clone_failed', undefined, 'tapit -a shop show logs deploy=dep_1 step=clone'],
    ['analyze_failed', 'Write one', 'Write one. The log: tapit -a shop show logs deploy=dep_1 step=analyze'],
    ['build_failed', 'Mend it.', 'Mend it. The log: tapit -a shop show logs deploy=dep_1 step=build'],
  ] as const)('%s advises, and names the log', (code, advice, expected) => {
    const failure: Failure = {
      code,
      evidence: [],
      image: { code: 'x', message: 'no.', ...(advice !== undefined && { advice }) },
    }

    expect(failureKinds[code].advice(failure, building('build'))).toBe(expected)
  })

  it('calls an image that is not known by its tag alone', () => {
    const failure: Failure = { code: 'image_not_found', evidence: [] }

    expect(failureKinds.image_not_found.sentence(failure, building('build'))).toMatch(
      /^the image v1\.3\.0 is not in /,
    )
  })
})

it('goes on to ECS as any other deployment does', () => {
  const registered = enter(building('build'), { is: 'preparing', step: 'register' }, t0 + 5_000)

  expect(registered.timeline.at(-1)).toEqual({ is: 'preparing', step: 'register', at: t0 + 5_000 })
})
