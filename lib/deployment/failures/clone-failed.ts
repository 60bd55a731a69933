import { type FailureKind, imageAdvice, imageWords } from './kind.ts'

export const cloneFailed: FailureKind = {
  code: 'clone_failed',
  sentence: failure => imageWords(failure, 'the source could not be cloned.'),
  advice: (failure, deployment) => imageAdvice(failure, deployment, 'clone'),
}
