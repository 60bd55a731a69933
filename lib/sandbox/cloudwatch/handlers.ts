import type { CloudWatchHandlers, cloudwatch } from '../wire/handlers.ts'
import { AwsError } from '../wire/aws-error.ts'
import { pageOf } from '../page-of.ts'
import type { World } from '../world.ts'
import { alarmHistory } from './alarm-history.ts'
import { alarmSettings } from './alarm-settings.ts'
import { changeAlarm } from './change-alarm.ts'
import { evaluateAlarm } from './evaluate-alarm.ts'
import { metricData } from './metric-data.ts'
import { putMetricData } from './put-metric-data.ts'
import type { AlarmState, AlarmValue } from './state.ts'

/** Amazon CloudWatch: metrics, as they were put and as the load balancers count them, and alarms that judge them. */
export function cloudWatchHandlers(world: World): CloudWatchHandlers {
  const { account, region, clock } = world
  const { cloudwatch: state } = world.state
  return {
    PutMetricAlarm: ({ AlarmName: name = '', Tags = [], ...settings }) => {
      if (name === '' || name.length > 255) throw invalid('AlarmName must have 1 to 255 characters')
      if (settings.EvaluationPeriods === undefined || settings.ComparisonOperator === undefined) {
        throw new AwsError(
          'MissingRequiredParameterException',
          'EvaluationPeriods and ComparisonOperator are required',
        )
      }
      alarmSettings(settings)
      const known = state.alarms[name]
      const at = clock.now()
      state.alarms[name] = {
        name,
        arn: `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`,
        settings,
        configuredAt: at,
        value: known?.value ?? 'INSUFFICIENT_DATA',
        reason: known?.reason ?? 'Unchecked: Initial alarm creation',
        reasonData: known?.reasonData,
        valueAt: known?.valueAt ?? at,
        changedAt: known?.changedAt ?? at,
        history: known?.history,
        tags: known?.tags ?? Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
      }
      return {}
    },

    DescribeAlarms: input => {
      const {
        AlarmNames,
        AlarmNamePrefix = '',
        AlarmTypes,
        StateValue,
        ActionPrefix,
        MaxRecords,
        NextToken,
      } = input
      if (AlarmNames !== undefined && AlarmNamePrefix !== '') {
        throw new AwsError(
          'InvalidParameterCombinationException',
          'AlarmNames and AlarmNamePrefix exclude each other',
        )
      }
      for (const alarm of Object.values(state.alarms)) evaluateAlarm(world, { alarm, at: clock.now() })
      const alarms = Object.values(state.alarms)
        .filter(() => AlarmTypes === undefined || AlarmTypes.includes('MetricAlarm'))
        .filter(({ name }) => AlarmNames?.includes(name) ?? name.startsWith(AlarmNamePrefix))
        .filter(({ value }) => StateValue === undefined || value === StateValue)
        .filter(({ settings }) => hasAction(settings, ActionPrefix))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      const { page, nextToken } = pageOf(alarms, {
        token: NextToken,
        size: MaxRecords ?? 50,
        largest: 100,
        invalidToken: 'InvalidNextToken',
      })
      return { MetricAlarms: page.map(described), CompositeAlarms: [], LogAlarms: [], NextToken: nextToken }
    },

    SetAlarmState: ({ AlarmName = '', StateValue, StateReason = '', StateReasonData }) => {
      const alarm = state.alarms[AlarmName]
      if (alarm === undefined) throw new AwsError('ResourceNotFound', '')
      const value = alarmValues.find(it => it === StateValue)
      if (value === undefined)
        throw invalid(`StateValue must be one of ${alarmValues.join(', ')}; got ${StateValue}`)
      const at = clock.now()
      changeAlarm(alarm, { value, at, reason: StateReason, reasonData: StateReasonData })
      alarm.setAt = at
      return {}
    },

    DescribeAlarmHistory: input => {
      for (const alarm of Object.values(state.alarms)) evaluateAlarm(world, { alarm, at: clock.now() })
      return alarmHistory(state, input)
    },

    DeleteAlarms: ({ AlarmNames = [] }) => {
      // All or none, as on AWS.
      if (AlarmNames.some(name => state.alarms[name] === undefined))
        throw new AwsError('ResourceNotFound', '')
      for (const name of AlarmNames) delete state.alarms[name]
      return {}
    },

    ListTagsForResource: ({ ResourceARN }) => {
      const alarm = Object.values(state.alarms).find(({ arn }) => arn === ResourceARN)
      if (alarm === undefined)
        throw new AwsError('ResourceNotFoundException', `${ResourceARN} does not exist`)
      return { Tags: Object.entries(alarm.tags).map(([Key, Value]) => ({ Key, Value })) }
    },

    PutMetricData: input => {
      putMetricData(state, { input, now: clock.now() })
      return {}
    },

    GetMetricData: input => metricData(state, input),
  }
}

const alarmValues: readonly AlarmValue[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA']

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message)
}

function hasAction(
  { AlarmActions = [], OKActions = [], InsufficientDataActions = [] }: AlarmState['settings'],
  prefix?: string,
): boolean {
  if (prefix === undefined) return true
  return [AlarmActions, OKActions, InsufficientDataActions].flat().some(action => action.startsWith(prefix))
}

function described(alarm: AlarmState): cloudwatch.MetricAlarm {
  return {
    ...alarm.settings,
    ActionsEnabled: alarm.settings.ActionsEnabled ?? true,
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredAt),
    StateValue: alarm.value,
    StateReason: alarm.reason,
    StateReasonData: alarm.reasonData,
    StateUpdatedTimestamp: new Date(alarm.valueAt),
    StateTransitionedTimestamp: new Date(alarm.changedAt),
  }
}
