import { AwsError } from '../../wire/aws-error.ts'

export function invalid(message: string): never {
  throw new AwsError('InvalidParameterException', message)
}
