import { type FailureKind, imageAdvice, imageWords } from './kind.ts'

export const analyzeFailed: FailureKind = {
  code: 'analyze_failed',
  sentence: failure => imageWords(failure, 'it could not be told how to build the source.'),
  advice: (failure, deployment) => imageAdvice(failure, deployment, 'analyze'),
}
