import { type FailureKind, imageAdvice, imageWords } from './kind.ts'

export const buildFailed: FailureKind = {
  code: 'build_failed',
  sentence: failure => imageWords(failure, 'the image could not be built.'),
  advice: (failure, deployment) => imageAdvice(failure, deployment, 'build'),
}
