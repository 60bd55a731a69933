import { beforeEach, describe, expect, it } from 'vitest'
import type { Deployment } from '../../../lib/deployment/deployment.ts'
import { deployment, previousRevision, revision, t0 } from '../../deployment/builders.ts'
import { type FakeAws, fakeAws, service, serviceDeployment, trouble } from './fake-aws.ts'

let aws: FakeAws
beforeEach(() => {
  aws = fakeAws()
  aws.services = [service('worker', { currentServiceDeployment: 'other' })]
  aws.deployments = [
    serviceDeployment('ours', 43, { status: 'SUCCESSFUL' }),
    serviceDeployment('other', 44, { createdAt: t0 + 30_000 }),
  ]
})

const lateCrash = deployment({
  state: {
    is: 'rolling_back',
    ecs: { taskDefinition: revision, serviceDeployment: 'ours', createdAt: t0 + 500 },
    failure: { code: 'container_exited', evidence: [] },
    reached: 'draining_previous',
    redeploying: { taskDefinition: previousRevision },
  },
})

async function look(of: Deployment = deployment(), isOnlyLook = true) {
  return (await aws.observer.look([of], { isOnlyLook })).get(of.id)
}

describe('the only look', () => {
  it('finds our deployment where the service names another one', async () => {
    expect(await look()).toMatchObject({
      ours: { arn: 'ours' },
      successor: { serviceDeployment: 'other' },
      isSearched: true,
    })
  })

  it('finds the deployment that brings the previous revision back', async () => {
    aws.deployments.push(serviceDeployment('back', 42, { createdAt: t0 + 40_000 }))

    const seen = await look(lateCrash)

    expect(seen).toMatchObject({ redeployment: { arn: 'back' }, isSearched: true })
    expect(seen?.successor).toBeUndefined()
  })

  it('has searched where there is nothing of ours', async () => {
    aws.deployments = []

    expect(await look()).toMatchObject({ isSearched: true })
  })

  it.each(['listServiceDeployments', 'serviceDeployments', 'serviceRevisions'])(
    'has not searched where %s was throttled',
    async method => {
      aws.troubles.set(method, { trouble: trouble('throttled') })

      expect((await look(lateCrash))?.isSearched).toBeUndefined()
    },
  )

  it('has not searched where the list names what ECS does not show yet', async () => {
    aws.deployments = [serviceDeployment('ours', 43)]
    aws.hidden.add('ours')

    expect((await look())?.isSearched).toBeUndefined()
  })
})

describe('the first of many looks', () => {
  it('waits for the hint before it lists', async () => {
    await look(deployment(), false)
    expect(aws.calls.map(({ method }) => method)).not.toContain('listServiceDeployments')

    expect(await look(deployment(), false)).toMatchObject({ ours: { arn: 'ours' } })
  })
})

describe('who took over from a deployment that stopped', () => {
  const following = deployment({
    state: {
      is: 'starting',
      ecs: { taskDefinition: revision, serviceDeployment: 'ours', createdAt: t0 + 500 },
    },
  })

  it('is asked for at every look until the list answers', async () => {
    aws.deployments[0] = serviceDeployment('ours', 43, { status: 'STOPPED' })
    aws.troubles.set('listServiceDeployments', { trouble: trouble('throttled') })
    const throttled = await look(following, false)
    aws.troubles.clear()
    aws.clock.pass(2_000)
    const answered = await look(following, false)

    expect(throttled).not.toHaveProperty('isSearched')
    expect(throttled).not.toHaveProperty('successor')
    expect(answered).toMatchObject({ successor: { serviceDeployment: 'other' }, isSearched: true })
  })

  it('is nobody where the list shows nothing newer; since when it has stopped is told by our clock', async () => {
    aws.deployments = [serviceDeployment('ours', 43, { status: 'STOPPED' })]
    await look(following, false)
    aws.clock.pass(60_000)

    expect(await look(following, false)).toMatchObject({ ours: { statusSince: t0 }, isSearched: true })
  })

  it('is newer than the way back that it stopped, and not what came in between', async () => {
    aws.deployments = [
      serviceDeployment('ours', 43, { status: 'SUCCESSFUL' }),
      serviceDeployment('between', 50, { createdAt: t0 + 10_000, status: 'STOPPED' }),
      serviceDeployment('back', 42, { createdAt: t0 + 20_000, status: 'STOPPED' }),
    ]
    const before = await look(lateCrash)
    aws.deployments.push(serviceDeployment('newest', 51, { createdAt: t0 + 30_000 }))
    aws.clock.pass(2_000)

    expect(before).not.toHaveProperty('successor')
    expect(await look(lateCrash)).toMatchObject({ successor: { serviceDeployment: 'newest' } })
  })
})
