import {
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
  SSMClient,
} from '@aws-sdk/client-ssm'
import { describe, expect, it } from 'vitest'
import { parameterExists } from '../../../lib/sandbox/ssm/parameter-exists.ts'
import { openTestSandbox } from '../wire/open-test-sandbox.ts'

async function openWithParameter() {
  const opened = await openTestSandbox()
  const ssm = new SSMClient(opened.client)
  const put = (input: Partial<PutParameterCommandInput>) =>
    ssm.send(new PutParameterCommand({ Name: '/shop/key', Value: 'v', Type: 'String', ...input }))
  await put({})
  return { ...opened, ssm, put }
}

describe('Parameter Store', () => {
  it('counts the versions of a parameter that is overwritten', async () => {
    const { ssm, put } = await openWithParameter()

    await put({ Value: 'w', Overwrite: true })

    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/shop/key' }))
    expect(Parameter).toMatchObject({
      Value: 'w',
      Version: 2,
      ARN: 'arn:aws:ssm:us-east-1:123456789012:parameter/shop/key',
      LastModifiedDate: new Date('2026-11-20T12:00:00Z'),
    })
  })

  it.each([
    [{}, 'ParameterAlreadyExists'],
    [{ Name: 'shop/key' }, 'ValidationException'],
    [{ Name: '/shop/other', Type: undefined }, 'ValidationException'],
    [{ Name: '/shop/other', Value: 'x'.repeat(4097) }, 'ValidationException'],
    [{ Name: '/shop/other', AllowedPattern: String.raw`^\d+$` }, 'ParameterPatternMismatchException'],
  ])('refuses %j with %s', async (input, name) => {
    const { put } = await openWithParameter()

    await expect(put(input)).rejects.toMatchObject({ name })
  })

  it('shows a secret only decrypted', async () => {
    const { ssm, put } = await openWithParameter()
    await put({ Name: '/secret', Value: 'hush', Type: 'SecureString' })
    const read = async (WithDecryption: boolean) =>
      (await ssm.send(new GetParameterCommand({ Name: '/secret', WithDecryption }))).Parameter?.Value

    expect(await read(true)).toBe('hush')
    expect(await read(false)).toMatch(/^AQICAH/)
  })

  it('lists what is under a path, one level or all, in pages', async () => {
    const { ssm, put } = await openWithParameter()
    for (const Name of ['/shop/a/b', '/shop/z', '/shopping']) await put({ Name })
    const names = async (Recursive: boolean) => {
      const pages = new GetParametersByPathCommand({ Path: '/shop', Recursive, MaxResults: 2 })
      const { Parameters, NextToken } = await ssm.send(pages)
      return [Parameters?.map(({ Name }) => Name), NextToken !== undefined]
    }

    expect(await names(false)).toEqual([['/shop/key', '/shop/z'], false])
    expect(await names(true)).toEqual([['/shop/a/b', '/shop/key'], true])
  })

  it('separates the names that it does not know', async () => {
    const { ssm } = await openWithParameter()

    const { Parameters, InvalidParameters } = await ssm.send(
      new GetParametersCommand({ Names: ['/shop/key', '/nope', 'constructor', '__proto__'] }),
    )

    expect(Parameters).toMatchObject([{ Name: '/shop/key' }])
    expect(InvalidParameters).toEqual(['/nope', 'constructor', '__proto__'])
  })

  it('keeps a parameter whatever its name is', async () => {
    const { ssm, put } = await openWithParameter()

    await put({ Name: '__proto__', Value: 'odd' })

    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '__proto__' }))
    expect(Parameter?.Value).toBe('odd')
  })

  it('filters by the beginning of a name, and refuses filters that it lacks', async () => {
    const { ssm } = await openWithParameter()
    const list = (Key: string) =>
      ssm.send(
        new DescribeParametersCommand({
          ParameterFilters: [{ Key, Option: 'BeginsWith', Values: ['/shop'] }],
        }),
      )

    expect((await list('Name')).Parameters).toMatchObject([{ Name: '/shop/key', Version: 1 }])
    await expect(list('KeyId')).rejects.toMatchObject({ name: 'InvalidFilterKey' })
  })

  it('has no parameter any more once it is deleted', async () => {
    const { ssm } = await openWithParameter()

    await ssm.send(new DeleteParameterCommand({ Name: '/shop/key' }))

    const again = ssm.send(new DeleteParameterCommand({ Name: '/shop/key' }))
    await expect(again).rejects.toMatchObject({ name: 'ParameterNotFound' })
  })
})

it.each([
  ['/shop/key', true],
  ['arn:aws:ssm:us-east-1:123456789012:parameter/shop/key', true],
  ['arn:aws:ssm:us-east-1:123456789012:parameter/shop/other', false],
  ['arn:aws:secretsmanager:us-east-1:123456789012:secret:shop', false],
  ['constructor', false],
])('the secret %s could be fetched: %s', async (valueFrom, expected) => {
  const { sandbox } = await openWithParameter()

  expect(parameterExists(sandbox.world.state.ssm, valueFrom)).toBe(expected)
})
