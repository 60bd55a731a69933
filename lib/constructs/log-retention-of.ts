import { RetentionDays } from 'aws-cdk-lib/aws-logs'

const known: ReadonlyMap<string, RetentionDays> = new Map(
  Object.values(RetentionDays).flatMap(each =>
    typeof each === 'number' ? [[`${each}`, each] as const] : [],
  ),
)

/** CloudWatch keeps logs for certain numbers of days only; CDK's enum is these numbers. */
export function logRetentionOf(days: number): RetentionDays {
  const retention = known.get(`${days}`)
  if (retention === undefined) {
    throw new Error(`logs cannot be kept for ${days} days: CloudWatch knows ${[...known.keys()].join(', ')}`)
  }
  return retention
}
