import { expect, it } from 'vitest'
import { alarmSettings } from '../../../lib/sandbox/cloudwatch/alarm-settings.ts'
import type { AlarmState } from '../../../lib/sandbox/cloudwatch/state.ts'
import { web } from '../../constructs/support/process-for-tests.ts'

it('every alarm of the CDK library is one that the sandbox evaluates', { timeout: 60_000 }, () => {
  const metrics = [
    'http.error_rate',
    'http.response_time',
    'http.rpm',
    'system.cpu_usage_percentage',
    'system.memory_usage_percentage',
  ] as const
  const { template } = web({
    alarms: { errorPercent: 2, latencyMs: 800 },
    strategy: {
      name: 'careful',
      type: 'canary',
      canaryPercent: 10,
      rollbackOn: metrics.map(metric => ({ metric, above: 5 })),
    },
  })

  const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'))
  const judged = alarms.map(({ Properties }) => alarmSettings(deployed(Properties)))

  expect(judged).toHaveLength(4 + 2 * 3 + 2)
  expect(judged).not.toContain(undefined)
})

/** CloudFormation's properties as PutMetricAlarm gets them: references are names by then. */
function deployed(properties: object): AlarmState['settings'] {
  const named = (_: string, value: unknown) =>
    typeof value === 'object' && value !== null && Object.keys(value).some(key => /^(Ref$|Fn::)/.test(key))
      ? 'a-name'
      : value
  return JSON.parse(JSON.stringify(properties, named)) as AlarmState['settings']
}
