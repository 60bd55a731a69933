import { type FailureKind, awsWords } from './kind.ts'

const absent =
  /ResourceNotFound|can't find the specified secret|invalid (ssm )?parameters?|ParameterNotFound|did not contain json key|not found/i

export const secretsUnavailable: FailureKind = {
  code: 'secrets_unavailable',
  recognise: ({ stoppedReason = '' }) => {
    if (!/ResourceInitializationError/.test(stoppedReason)) return undefined
    if (!/secret|ssm|parameter/i.test(stoppedReason) || /registry auth from/i.test(stoppedReason))
      return undefined
    return { patience: absent.test(stoppedReason) ? 'none' : 'second_task' }
  },
  sentence: failure => `a secret or parameter that the process needs could not be read${awsWords(failure)}`,
  advice: ({ evidence }) =>
    absent.test(evidence[0]?.stoppedReason ?? '')
      ? 'Create the secret or parameter under that name in this Region, or correct the name in the task definition.'
      : "Allow the task's execution role to read it (ssm:GetParameters, secretsmanager:GetSecretValue, kms:Decrypt).",
}
