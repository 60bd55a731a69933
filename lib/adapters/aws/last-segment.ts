/** What follows the last slash of an ARN: a cluster's, service's or task's own name. */
export function lastSegment(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}
