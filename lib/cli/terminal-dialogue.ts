import { createInterface } from 'node:readline'
import type { Dialogue } from './io.ts'

export type TerminalDialogueOptions = {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
}

/** Questions and answers line by line. What is typed or pasted ahead answers the questions to come. */
export function terminalDialogue({ input, output }: TerminalDialogueOptions): Dialogue {
  const lines: string[] = []
  let hasLeft = false
  let hear: (() => void) | undefined
  const readline = createInterface({ input, output, terminal: true, historySize: 0 })
  readline.on('line', line => {
    lines.push(line)
    hear?.()
  })
  // Also on Ctrl-D, and when the terminal is gone.
  readline.on('close', () => {
    hasLeft = true
    hear?.()
  })
  readline.on('SIGINT', () => readline.close())
  return {
    ask: async question => {
      const { before, prompt } = parted(question)
      if (before !== '') output.write(before)
      const early = lines.shift()
      if (early !== undefined || hasLeft) {
        output.write(`${prompt}${early ?? ''}\n`)
        return early
      }
      readline.setPrompt(prompt)
      readline.prompt()
      await new Promise<void>(resolve => (hear = resolve))
      hear = undefined
      const line = lines.shift()
      if (line === undefined) output.write('\n')
      return line
    },
    close: () => readline.close(),
  }
}

/** A prompt is one line: readline counts its columns to place the cursor. */
function parted(question: string): { readonly before: string; readonly prompt: string } {
  const at = question.lastIndexOf('\n') + 1
  return { before: question.slice(0, at), prompt: question.slice(at) }
}
