import http from 'node:http'
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { describe, expect, it } from 'vitest'
import { openTestSandbox } from './open-test-sandbox.ts'
import { rawRequest } from './raw-request.ts'

describe('a request', () => {
  it.each([
    ['evil.example', 403],
    ['127.0.0.1', 403],
    ['127.0.0.1:1', 403],
    ['127.0.0.1:PORT', 400],
    ['localhost:PORT', 400],
    ['LOCALHOST:PORT', 400],
    ['[::1]:PORT', 400],
  ])('for the host %s is answered with %i', async (host, expected) => {
    const { url } = await openTestSandbox()

    const status = await statusFor(url, host.replace('PORT', new URL(url).port))

    expect(status).toBe(expected)
  })

  it.each([
    [
      'AmazonSSM.GetParameter',
      '{"Name":7}',
      'SerializationException',
      'NUMBER_VALUE can not be converted to a String',
    ],
    [
      'AmazonSSM.GetParameter',
      '{"Name":["a"]}',
      'SerializationException',
      'LIST_VALUE can not be converted to a String',
    ],
    [
      'AmazonSSM.GetParameter',
      '[]',
      'SerializationException',
      'LIST_VALUE can not be converted to a structure',
    ],
    [
      'AmazonSSM.GetParameter',
      '{"Name":',
      'SerializationException',
      'Unable to parse the request body as JSON',
    ],
    [
      'AmazonSSM.GetParameter',
      '{"Name":"a","WithDecryption":"yes"}',
      'SerializationException',
      'STRING_VALUE can not be converted to a Boolean',
    ],
    [
      'AmazonSSM.GetParameter',
      '{}',
      'ValidationException',
      "Value null at 'Name' failed to satisfy constraint",
    ],
    [
      'AmazonSSM.GetParameter',
      '{"Name":"a","Nam":"b"}',
      'ValidationException',
      "The sandbox knows no member 'Nam'",
    ],
    [
      'AmazonSSM.GetParameter',
      '{"Name":"a","__proto__":"b"}',
      'ValidationException',
      "knows no member '__proto__'",
    ],
    [
      'AmazonSSM.PutParameter',
      '{"Name":"a","Value":"b","Tags":[{"Key":"k"}]}',
      'ValidationException',
      "Value null at 'Tags.1.member.Value'",
    ],
    [
      'AmazonEC2ContainerServiceV20141113.UpdateService',
      '{"service":"a","desiredCount":"two"}',
      'SerializationException',
      'STRING_VALUE can not be converted to a Number',
    ],
    [
      'AmazonEC2ContainerServiceV20141113.CreateTaskSet',
      '{}',
      'UnknownOperationException',
      'CreateTaskSet is not an operation that the sandbox implements for Amazon ECS',
    ],
    [
      'AmazonEC2ContainerServiceV20141113.toString',
      '{}',
      'UnknownOperationException',
      'toString is not an operation',
    ],
    [
      'DynamoDB_20120810.TransactWriteItems',
      '{}',
      'UnknownOperationException',
      'TransactWriteItems is not an operation',
    ],
    ['DynamoDB_20120810.toString', '{}', 'UnknownOperationException', 'toString is not an operation'],
  ])('%s %s is refused with %s', async (target, body, name, message) => {
    const { url } = await openTestSandbox()

    const { status, text, headers } = await rawRequest({ url, target, body })

    expect(JSON.parse(text)).toMatchObject({ __type: name, message: expect.stringContaining(message) })
    expect(status).toBe(400)
    expect(headers.get('x-amzn-requestid')).toMatch(/^[\w-]{36}$/)
    expect(headers.get('date')).toBe('Fri, 20 Nov 2026 12:00:00 GMT')
  })

  it.each([
    ['Action=DescribeRules&Version=2015-12-01&PageSize=many', 'MalformedInput'],
    ['Action=DescribeRules&Version=2015-12-01&Pagesize=1', 'ValidationError'],
    ['Action=DescribeTargetHealth&Version=2015-12-01', 'ValidationError'],
    ['Action=CreateTrustStore&Version=2015-12-01', 'InvalidAction'],
    [
      `Action=DescribeRules&Version=2015-12-01&${'a.'.repeat(5000)}=1`,
      'SerializationException|MalformedInput',
    ],
  ])('of Query, %s, is refused with %s', async (body, code) => {
    const { url } = await openTestSandbox()

    const { status, text } = await rawRequest({ url, body })

    expect(text).toMatch(new RegExp(`<Code>(${code})</Code>`))
    expect(status).toBe(400)
  })

  it('for a service that the sandbox does not have says which ones it has', async () => {
    const { url } = await openTestSandbox()

    const { status, text } = await rawRequest({ url, target: 'AWSLambda.Invoke' })

    expect(status).toBe(404)
    expect(JSON.parse(text)).toMatchObject({ message: expect.stringContaining('ecs, ecr') })
  })

  it('fails with 413 when it is larger than 16 MB', async () => {
    const { url } = await openTestSandbox()

    const { status } = await rawRequest({
      url,
      target: 'AmazonSSM.GetParameter',
      body: 'x'.repeat(17 * 1024 * 1024),
    })

    expect(status).toBe(413)
  })
})

describe('credentials', () => {
  it.each([
    ['EXPIRED1', 'us-east-1', 'ExpiredTokenException', 'ExpiredToken'],
    ['INVALID1', 'us-east-1', 'UnrecognizedClientException', 'InvalidClientTokenId'],
    ['DENIED1', 'us-east-1', 'AccessDeniedException', 'AccessDenied'],
    ['fine', 'eu-west-1', 'InvalidSignatureException', 'SignatureDoesNotMatch'],
  ])('%s in %s are refused as each protocol does', async (accessKeyId, region, inJson, inQuery) => {
    const { client } = await openTestSandbox()
    const its = { ...client, region, credentials: { accessKeyId, secretAccessKey: 'x' } }

    const ecs = await new ECSClient(its).send(new ListClustersCommand()).catch((error: unknown) => error)
    const sts = await new STSClient(its).send(new GetCallerIdentityCommand()).catch((error: unknown) => error)
    const dynamo = await new DynamoDBClient(its)
      .send(new ListTablesCommand())
      .catch((error: unknown) => error)

    expect(ecs).toMatchObject({ name: inJson, $metadata: { httpStatusCode: 400 } })
    expect(dynamo).toMatchObject({ name: inJson })
    expect(sts).toMatchObject({ name: inQuery, $metadata: { httpStatusCode: 403 } })
  })

  it('that are not there at all are refused', async () => {
    const { url } = await openTestSandbox()

    const { text } = await rawRequest({
      url,
      target: 'AmazonSSM.GetParameter',
      headers: { authorization: '' },
    })

    expect(text).toContain('MissingAuthenticationTokenException')
  })
})

/** fetch does not let the Host header be chosen. */
function statusFor(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { host, 'x-amz-target': 'AmazonSSM.GetParameter' }
    const request = http.request(url, { method: 'POST', headers }, response => {
      response.resume()
      resolve(response.statusCode)
    })
    request.on('error', reject)
    request.end('{}')
  })
}
