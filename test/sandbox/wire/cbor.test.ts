import { cbor } from '@smithy/core/cbor'
import { expect, it } from 'vitest'
import { openTestSandbox } from './open-test-sandbox.ts'

it('CloudWatch is served in CBOR and in Query as well, as older and newer SDKs speak it', async () => {
  const { url, sandbox } = await openTestSandbox()
  const authorization =
    'AWS4-HMAC-SHA256 Credential=a/20261120/us-east-1/monitoring/aws4_request, SignedHeaders=host, Signature=0'
  const post = (path: string, contentType: string, body: string | Uint8Array<ArrayBuffer>) =>
    fetch(`${url}${path}`, { method: 'POST', headers: { authorization, 'content-type': contentType }, body })
  const form = 'application/x-www-form-urlencoded'

  const put = await post(
    '/',
    form,
    'Action=PutMetricAlarm&Version=2010-08-01&AlarmName=a%20b&EvaluationPeriods=1&ComparisonOperator=x&Dimensions.member.1.Name=n&Dimensions.member.1.Value=v',
  )
  const alarms = await post(
    '/service/GraniteServiceVersion20100801/operation/DescribeAlarms',
    'application/cbor',
    Uint8Array.from(cbor.serialize({ AlarmNames: ['a b'] })),
  )
  const missing = await post(
    '/service/GraniteServiceVersion20100801/operation/DeleteAlarms',
    'application/cbor',
    Uint8Array.from(cbor.serialize({ AlarmNames: ['nope'] })),
  )

  expect(put.status).toBe(200)
  expect(sandbox.world.state.cloudwatch.alarms['a b']?.settings.Dimensions).toEqual([
    { Name: 'n', Value: 'v' },
  ])
  expect(alarms.headers.get('smithy-protocol')).toBe('rpc-v2-cbor')
  expect(cbor.deserialize(Buffer.from(await alarms.arrayBuffer()))).toMatchObject({
    MetricAlarms: [{ AlarmName: 'a b', StateValue: 'INSUFFICIENT_DATA', EvaluationPeriods: 1 }],
  })
  expect(missing.status).toBe(404)
  expect(missing.headers.get('x-amzn-query-error')).toBe('ResourceNotFound;Sender')
})
