import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'

import type { Alarms } from '../../actions/ports.ts'
import type { AwsOptions } from './client-settings.ts'
import { type ServiceClients, serviceClients } from './clients.ts'

const alarmsPerCall = 100

/** Amazon CloudWatch's alarms. No names would mean "all" to it, so nothing is asked then. */
export function awsAlarms(client: CloudWatchClient): Alarms {
  return {
    async states(names) {
      const found = new Map<string, string>()
      for (let from = 0; from < names.length; from += alarmsPerCall) {
        const { MetricAlarms = [], CompositeAlarms = [] } = await client.send(
          new DescribeAlarmsCommand({
            AlarmNames: names.slice(from, from + alarmsPerCall),
            // Composite ones are left out unless they are asked for.
            AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
            MaxRecords: alarmsPerCall,
          }),
        )
        for (const { AlarmName, StateValue = 'INSUFFICIENT_DATA' } of [...MetricAlarms, ...CompositeAlarms]) {
          if (AlarmName !== undefined) found.set(AlarmName, StateValue)
        }
      }
      return found
    },
  }
}

export function cloudWatchClients(options: AwsOptions): ServiceClients<CloudWatchClient> {
  return serviceClients(CloudWatchClient, 'cloudwatch', options)
}
