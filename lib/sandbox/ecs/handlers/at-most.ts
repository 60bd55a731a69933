import { AwsError } from '../../wire/aws-error.ts'

/** ECS's limit on the items of one request. AWS's wording of this error is not documented; its name is. */
export function atMost(limit: number, items: readonly unknown[], name: string): void {
  if (items.length <= limit) return
  throw new AwsError('InvalidParameterException', `${name} cannot have more than ${limit} elements`)
}
