import { DescribeClustersCommand, ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs'
import { DescribeRulesCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { describe, expect, it } from 'vitest'
import type { FaultEffect } from '../../../lib/sandbox/faults.ts'
import { openTestSandbox } from './open-test-sandbox.ts'

const put = new PutParameterCommand({ Name: 'a', Value: 'b', Type: 'String' })

function isAboutShop(input: unknown): boolean {
  return JSON.stringify(input).includes('shop')
}

describe('a fault', () => {
  it.each([
    ['throttle', 'ThrottlingException', 400],
    ['deny', 'AccessDeniedException', 400],
    ['expire', 'ExpiredTokenException', 400],
    [{ error: 500 }, 'InternalFailure', 500],
    [{ error: 503 }, 'ServiceUnavailable', 503],
  ] satisfies [FaultEffect, string, number][])(
    '%o is the error %s, and nothing is done',
    async (effect, name, status) => {
      const { sandbox, client } = await openTestSandbox()
      sandbox.faults.add({ operation: 'PutParameter', effect })

      const error = await new SSMClient(client).send(put).catch((it: unknown) => it)

      expect(error).toMatchObject({ name, $metadata: { httpStatusCode: status } })
      expect(sandbox.world.state.ssm.parameters).toEqual({})
      expect(sandbox.faults.journal).toMatchObject([
        { service: 'ssm', operation: 'PutParameter', status, error: name },
      ])
    },
  )

  it('is throttling in the words of Query, too', async () => {
    const { sandbox, client } = await openTestSandbox()
    sandbox.faults.add({ service: 'elasticloadbalancing', effect: 'throttle' })

    const error = await new ElasticLoadBalancingV2Client(client)
      .send(new DescribeRulesCommand())
      .catch((it: unknown) => it)

    expect(error).toMatchObject({ name: 'Throttling', message: 'Rate exceeded' })
  })

  it('strikes after some calls, so many times, and only where its predicate holds', async () => {
    const { sandbox, client } = await openTestSandbox()
    const ecs = new ECSClient(client)
    sandbox.faults.add({
      operation: 'DescribeClusters',
      when: isAboutShop,
      after: 1,
      times: 2,
      effect: 'throttle',
    })
    const outcome = (cluster: string) =>
      ecs.send(new DescribeClustersCommand({ clusters: [cluster] })).then(
        () => 'ok',
        (error: Error) => error.name,
      )

    const outcomes = []
    for (const cluster of ['shop', 'other', 'shop', 'shop', 'other', 'shop'])
      outcomes.push(await outcome(cluster))

    expect(outcomes).toEqual(['ok', 'ok', 'ThrottlingException', 'ThrottlingException', 'ok', 'ok'])
    expect(sandbox.faults.count('DescribeClusters')).toBe(6)
  })

  it('loses the answer of a request that was carried out', async () => {
    const { sandbox, client } = await openTestSandbox()
    sandbox.faults.add({ operation: 'PutParameter', effect: 'lose-answer', times: 1 })

    const error = await new SSMClient(client).send(put).catch((it: unknown) => it)

    expect(error).toMatchObject({ code: 'ECONNRESET' })
    expect(sandbox.world.state.ssm.parameters['a']?.value).toBe('b')
  })

  it('leaves a request hanging until the sandbox closes', async () => {
    const { sandbox, client } = await openTestSandbox()
    sandbox.faults.add({ effect: 'hang' })
    const pending = new SSMClient(client).send(put).catch((it: unknown) => it)
    while (sandbox.faults.count('PutParameter') === 0) await new Promise(setImmediate)

    await sandbox.close()

    expect(await pending).toBeInstanceOf(Error)
    expect(sandbox.faults.journal[0]?.status).toBeUndefined()
  })

  it('is gone once it is removed', async () => {
    const { sandbox, client } = await openTestSandbox()
    const remove = sandbox.faults.add({ effect: 'throttle' })

    remove()

    await expect(new SSMClient(client).send(put)).resolves.toMatchObject({ Version: 1 })
  })
})

it('the rate meter throttles as AWS publishes it: 50 ListClusters at once, then 20 a second', async () => {
  const { sandbox, client, clock } = await openTestSandbox()
  sandbox.faults.meterRates()
  const ecs = new ECSClient(client)
  const burst = async () => {
    const all = Array.from({ length: 60 }, () => ecs.send(new ListClustersCommand()))
    return (await Promise.allSettled(all)).filter(({ status }) => status === 'fulfilled').length
  }

  const first = await burst()
  clock.advance(1000)
  const second = await burst()

  expect([first, second]).toEqual([50, 20])
})
