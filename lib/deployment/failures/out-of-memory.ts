import { type FailureKind, logsCommand, timesInWords } from './kind.ts'

export const outOfMemory: FailureKind = {
  code: 'out_of_memory',
  recognise: task => {
    const container = task.containers.find(({ reason = '' }) => /OutOfMemory/i.test(reason))
    return container && { patience: 'second_task', container }
  },
  sentence: ({ evidence, times }) =>
    `"${evidence[0]?.container ?? 'the container'}" ran out of memory and was killed, ${timesInWords(times)}.`,
  advice: (_failure, deployment) =>
    `Give the task more memory, or find what grew: ${logsCommand(deployment)}`,
}
