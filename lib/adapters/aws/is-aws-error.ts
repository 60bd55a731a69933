import { Trouble } from '../../actions/trouble.ts'

/** Whether AWS answered with one of these errors. */
export function isAwsError(error: unknown, ...names: readonly string[]): error is Error {
  if (error instanceof Trouble) return names.includes(error.awsCode)
  return error instanceof Error && names.includes(error.name)
}
