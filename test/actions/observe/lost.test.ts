import { beforeEach, describe, expect, it } from 'vitest'
import { deployment, revision, t0 } from '../../deployment/builders.ts'
import { type FakeAws, fakeAws, service, serviceDeployment, trouble } from './fake-aws.ts'

const starting = { is: 'starting', ecs: { taskDefinition: revision } } as const
const gone = deployment({ id: 'gone', state: starting })
const well = deployment({
  id: 'well',
  service: 'web',
  state: { is: 'starting', ecs: { taskDefinition: revision, serviceDeployment: 'web', createdAt: t0 } },
})

let aws: FakeAws
beforeEach(() => {
  aws = fakeAws()
  aws.services = [service('worker'), service('web')]
  aws.deployments = [serviceDeployment('web', 43, { service: 'web' })]
})

describe('a service that is gone', () => {
  it.each([
    ['missing', { isServiceGone: true }],
    ['refused', { lost: 'it was refused' }],
  ] as const)('costs its own deployment alone where its list is %s', async (kind, expected) => {
    aws.troubles.set('listServiceDeployments', { trouble: trouble(kind), about: 'worker' })

    const seen = await aws.observer.look([gone, well], { isOnlyLook: true })

    expect(seen.get('gone')).toMatchObject(expected)
    expect(seen.get('well')).toMatchObject({ ours: { arn: 'web' } })
    expect(seen.get('well')).not.toHaveProperty('lost')
    expect(seen.get('well')).not.toHaveProperty('isServiceGone')
  })

  it('loses its own deployment alone where it fails a whole batch', async () => {
    const known = deployment({
      id: 'gone',
      state: {
        is: 'starting',
        ecs: { taskDefinition: revision, serviceDeployment: 'worker', createdAt: t0 },
      },
    })
    aws.troubles.set('serviceDeployments', { trouble: trouble('missing'), about: 'worker' })

    const seen = await aws.observer.look([known, well])

    expect(seen.get('gone')).toMatchObject({ lost: 'it was missing' })
    expect(seen.get('well')).toMatchObject({ ours: { arn: 'web' } })
  })

  it('is left out by ECS for more than a moment', async () => {
    aws.services = [service('web')]
    const first = await aws.observer.look([gone, well])
    aws.clock.pass(5_000)
    const second = await aws.observer.look([gone, well])

    expect(first.get('gone')).not.toHaveProperty('isServiceGone')
    expect(second.get('gone')?.isServiceGone).toBe(true)
    expect(second.get('well')).not.toHaveProperty('isServiceGone')
  })

  it('is being deleted, as ECS says for as long as its tasks stop', async () => {
    aws.services = [{ ...service('worker'), isBeingDeleted: true }, service('web')]

    const seen = await aws.observer.look([gone, well], { isOnlyLook: true })

    expect(seen.get('gone')?.isServiceGone).toBe(true)
    expect(seen.get('well')).not.toHaveProperty('isServiceGone')
  })

  it('is left out by ECS, which has stopped its deployment: one look is enough', async () => {
    aws.services = [service('web')]
    aws.deployments = [...aws.deployments, serviceDeployment('worker', 43, { status: 'STOPPED' })]

    const seen = await aws.observer.look([gone, well], { isOnlyLook: true })

    expect(seen.get('gone')?.isServiceGone).toBe(true)
    expect(seen.get('well')).not.toHaveProperty('isServiceGone')
  })

  it('is not asked for again', async () => {
    aws.troubles.set('listServiceDeployments', { trouble: trouble('missing'), about: 'worker' })
    await aws.observer.look([gone], { isOnlyLook: true })
    const before = aws.calls.length

    await aws.observer.look([gone], { isOnlyLook: true })

    expect(aws.calls).toHaveLength(before)
  })
})

describe('access that is lost', () => {
  it.each(['denied', 'expired'] as const)('throws for all where it is %s', async kind => {
    aws.troubles.set('listServiceDeployments', { trouble: trouble(kind), about: 'worker' })

    await expect(aws.observer.look([gone, well], { isOnlyLook: true })).rejects.toThrow(kind)
  })
})
