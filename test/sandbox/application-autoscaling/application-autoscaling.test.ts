import {
  ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingActivitiesCommand,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
  type RegisterScalableTargetCommandInput,
} from '@aws-sdk/client-application-auto-scaling'
import { DescribeServicesCommand, ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs'
import { describe, expect, it } from 'vitest'
import { seedShop } from '../../../lib/sandbox/seed/shop.ts'
import { openTestSandbox } from '../wire/open-test-sandbox.ts'

const identity = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/shop/worker',
  ScalableDimension: 'ecs:service:DesiredCount',
} as const

async function openShop() {
  const { sandbox, client } = await openTestSandbox()
  seedShop(sandbox.world)
  const scaling = new ApplicationAutoScalingClient(client)
  const ecs = new ECSClient(client)
  const target = async () => {
    const { ScalableTargets = [] } = await scaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs', ResourceIds: [identity.ResourceId] }),
    )
    return ScalableTargets[0]
  }
  const register = (input: Partial<RegisterScalableTargetCommandInput>) =>
    scaling.send(new RegisterScalableTargetCommand({ ...identity, ...input }))
  const setDesired = (desiredCount: number) =>
    ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'worker', desiredCount }))
  const desired = async () => {
    const command = new DescribeServicesCommand({ cluster: 'shop', services: ['worker'] })
    return (await ecs.send(command)).services?.[0]?.desiredCount
  }
  return { scaling, target, register, setDesired, desired }
}

describe('a scalable target', () => {
  it('brings its service within its bounds when it is registered', async () => {
    const { register, desired, target } = await openShop()

    await register({ MinCapacity: 3, MaxCapacity: 5 })

    expect(await desired()).toBe(3)
    expect(await target()).toMatchObject({
      ...identity,
      MinCapacity: 3,
      MaxCapacity: 5,
      SuspendedState: {
        DynamicScalingInSuspended: false,
        DynamicScalingOutSuspended: false,
        ScheduledScalingSuspended: false,
      },
    })
  })

  it('does so again with any later change of it, even one that suspends scaling', async () => {
    const { register, setDesired, desired } = await openShop()
    await register({ MinCapacity: 2, MaxCapacity: 5 })
    await setDesired(0)

    await register({ SuspendedState: { DynamicScalingOutSuspended: true } })

    expect(await desired()).toBe(2)
  })

  it('keeps what a later change leaves out', async () => {
    const { register, target } = await openShop()
    await register({ MinCapacity: 1, MaxCapacity: 5, SuspendedState: { ScheduledScalingSuspended: true } })

    await register({ MinCapacity: 0, SuspendedState: { DynamicScalingInSuspended: true } })

    expect(await target()).toMatchObject({
      MinCapacity: 0,
      MaxCapacity: 5,
      SuspendedState: { DynamicScalingInSuspended: true, ScheduledScalingSuspended: true },
    })
  })

  it('leaves its service alone where that wants as many as the bounds allow', async () => {
    const { register, setDesired, desired } = await openShop()
    await setDesired(4)

    await register({ MinCapacity: 0, MaxCapacity: 5 })

    expect(await desired()).toBe(4)
  })

  it.each<[string, Partial<RegisterScalableTargetCommandInput>, RegExp]>([
    ['a service that does not exist', { ResourceId: 'service/shop/nope' }, /ECS service doesn't exist/],
    ['no bounds for a new one', { MaxCapacity: undefined }, /cannot be null/],
    ['a minimum above the maximum', { MinCapacity: 9 }, /cannot be less than minimum/],
    ['another dimension', { ScalableDimension: 'ec2:spot-fleet-request:TargetCapacity' }, /Unsupported/],
    ['another service of AWS', { ServiceNamespace: 'dynamodb' }, /nothing but services of ECS/],
  ])('is refused with %s', async (_, input, message) => {
    const { register } = await openShop()

    const asked = register({ MinCapacity: 1, MaxCapacity: 5, ...input })

    await expect(asked).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message),
    })
  })

  it('goes with its policies, and is not found after that', async () => {
    const { scaling, register, target } = await openShop()
    await register({ MinCapacity: 1, MaxCapacity: 5 })
    await scaling.send(
      new PutScalingPolicyCommand({ ...identity, PolicyName: 'cpu', PolicyType: 'TargetTrackingScaling' }),
    )
    const policies = async () =>
      (await scaling.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: 'ecs' }))).ScalingPolicies
    expect(await policies()).toMatchObject([{ PolicyName: 'cpu', PolicyType: 'TargetTrackingScaling' }])

    await scaling.send(new DeregisterScalableTargetCommand(identity))

    expect(await target()).toBeUndefined()
    expect(await policies()).toEqual([])
    await expect(scaling.send(new DeregisterScalableTargetCommand(identity))).rejects.toMatchObject({
      name: 'ObjectNotFoundException',
    })
  })
})

it('says of what it does not have that it is not implemented', async () => {
  const { scaling } = await openShop()

  const asked = scaling.send(new DescribeScalingActivitiesCommand({ ServiceNamespace: 'ecs' }))

  await expect(asked).rejects.toThrow(/is not an operation that the sandbox implements/)
})
