import type { BuildStepName } from '../../names/vocabulary.ts'
import { buildStepOf } from '../build-step-of.ts'
import { type FailureKind, retryCommand } from './kind.ts'

export const timedOut: FailureKind = {
  code: 'timed_out',
  sentence: (_failure, deployment) => {
    const step = buildStepOf(deployment)
    return step === undefined
      ? 'the command that made this deployment ended before ECS was seen to have heard of it.'
      : `its command died while it was ${doing[step]}; nothing was asked of ECS.`
  },
  advice: (_failure, deployment) =>
    buildStepOf(deployment) === undefined
      ? retryCommand(deployment, deployment.dockerTag)
      : `tapit -a ${deployment.app} image deploy process=${deployment.process}`,
}

const doing: Readonly<Record<BuildStepName, string>> = {
  clone: 'cloning the source',
  analyze: 'analyzing the source',
  build: 'building the image',
}
