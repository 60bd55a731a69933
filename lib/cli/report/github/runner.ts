import type { Io } from '../../io.ts'
import { stepOutputs } from './step-outputs.ts'
import { type Annotation, workflowCommand } from './workflow-command.ts'

/** GitHub's runner, as a step can talk to it. */
export type Runner = {
  setOutputs(outputs: Readonly<Record<string, string>>): Promise<void>
  /** Adds Markdown to the page of the job. */
  summarize(markdown: string): Promise<void>
  annotate(annotations: readonly Annotation[]): void
  /** Annotates the step; from then on the runner takes commands again. */
  close(): void
}

/**
 * Until it is closed, the runner takes nothing that is written for a command of its own: what apps and builds have logged is written too,
 * and must not set outputs.
 */
export function openRunner({ env, stderr, append }: Io, token: string): Runner {
  const told: Annotation[] = []
  stderr.write(`::stop-commands::${token}\n`)
  return {
    setOutputs: outputs => write('GITHUB_OUTPUT', stepOutputs(outputs)),
    summarize: markdown => write('GITHUB_STEP_SUMMARY', markdown),
    annotate: annotations => void told.push(...annotations),
    close() {
      stderr.write(`::${token}::\n${told.map(each => `${workflowCommand(each)}\n`).join('')}`)
    },
  }

  /** The work is done, whoever can be told of it. */
  async function write(variable: string, text: string): Promise<void> {
    const path = env[variable]
    if (path === undefined || path === '' || append === undefined) return
    try {
      await append(path, text)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      const message = `${variable} could not be written: ${why}`
      if (!told.some(each => each.message === message))
        told.push({ level: 'warning', title: 'tapit', message })
    }
  }
}
