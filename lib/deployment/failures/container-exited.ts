import { type FailureKind, logsCommand, seconds, timesInWords } from './kind.ts'

export const containerExited: FailureKind = {
  code: 'container_exited',
  recognise: task => {
    if (task.stopCode !== 'EssentialContainerExited') return undefined
    const exited = task.containers.filter(({ exitCode }) => exitCode !== undefined)
    const container =
      exited.find(({ essential, exitCode }) => essential && exitCode !== 0) ??
      exited.find(({ essential }) => essential) ??
      exited[0]
    return { patience: 'second_task', ...(container && { container }) }
  },
  sentence: ({ evidence, times }) => {
    const [first] = evidence
    const after = first?.ranFor === undefined ? '' : `, ${seconds(first.ranFor)} after its start`
    return `"${first?.container ?? 'a container'}" exited with code ${first?.exitCode ?? 'unknown'}, ${timesInWords(times)}${after}.`
  },
  advice: (_failure, deployment) => logsCommand(deployment),
}
