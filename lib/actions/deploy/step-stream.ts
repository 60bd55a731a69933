import type { LogPointer } from '../../deployment/failure.ts'
import { deploymentLogGroup } from '../../names/aws.ts'
import type { StepName } from '../../names/vocabulary.ts'

/** Where the log of one step of a deployment is; `<deployment>/` is the prefix of the streams of all its steps. */
export function stepStream(
  { app, id }: { readonly app: string; readonly id: string },
  step: StepName,
): LogPointer {
  return { group: deploymentLogGroup(app), stream: `${id}/${step}` }
}
