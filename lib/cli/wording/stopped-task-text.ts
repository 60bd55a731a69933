import { causes } from '../../deployment/failures/causes.ts'
import type { StoppedTask } from '../../deployment/observation.ts'
import { timesInWords } from '../../deployment/failures/kind.ts'

/** What the tasks that stopped so far show, if it is anything to worry about: `container_exited twice: …`. */
export function stoppedTaskText(stopped: readonly StoppedTask[]): string | undefined {
  const [strongest] = causes(stopped)
  if (strongest === undefined) return undefined
  const [evidence] = strongest.evidence
  const exit = evidence?.exitCode === undefined ? '' : `, exit code ${evidence.exitCode}`
  const task = evidence?.taskId === undefined ? '' : ` (task ${evidence.taskId.slice(0, 8)})`
  return `a task stopped, ${strongest.code}, ${timesInWords(strongest.times)} so far: ${evidence?.stoppedReason ?? 'no reason given'}${exit}${task}`
}
