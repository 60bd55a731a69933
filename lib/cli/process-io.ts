import { isatty } from 'node:tty'
import { exitCodes } from '../names/refusal.ts'
import type { Dialogue, Io, Output } from './io.ts'

const signals = ['SIGINT', 'SIGTERM'] as const

export type ProcessIoOptions = Pick<Io, 'version' | 'clock'>

/** The world around the command line in a process of its own. */
export function processIo({ version, clock }: ProcessIoOptions): Io {
  const listeners = new Set<() => void>()
  const interrupt = () => {
    for (const listener of listeners) listener()
  }
  return {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    env: process.env,
    cwd: process.cwd(),
    clock,
    version,
    onInterrupt: listener => {
      // One function per call, so that the same listener can be given twice.
      const once = () => listener()
      if (listeners.size === 0) for (const signal of signals) process.on(signal, interrupt)
      listeners.add(once)
      return () => {
        listeners.delete(once)
        // Without a listener of ours a signal ends the process, as it does for any other program.
        if (listeners.size === 0) for (const signal of signals) process.off(signal, interrupt)
      }
    },
    leave: exitCode => process.exit(exitCode),
    openFolder: async path => (await import('../adapters/folder.ts')).openFolder(path),
    append: async (path, text) => (await import('../adapters/append-to-file.ts')).appendToFile(path, text),
    ...(isatty(0) && isatty(process.stderr.fd) && { openDialogue }),
  }
}

/** Questions are progress, not results: they go to stderr. */
async function openDialogue(): Promise<Dialogue> {
  const { terminalDialogue } = await import('./terminal-dialogue.ts')
  return terminalDialogue({ input: process.stdin, output: process.stderr })
}

/**
 * Whoever reads may have enough (`tapit show logs --follow | head`): then nothing more is written, and what only goes on to be read can
 * end. All else goes on, and ends with its own exit code: what was deployed does not depend on who reads about it.
 */
function outputOf(stream: NodeJS.WriteStream & { readonly fd: number }): Output {
  const isTTY = isatty(stream.fd)
  const closed = new AbortController()
  let isClosed = false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (isClosed) return
    isClosed = true
    if (error.code === 'EPIPE') closed.abort()
    else sayIncomplete(error)
  })
  return {
    write: text => {
      if (!isClosed) stream.write(text)
    },
    isTTY,
    columns: () => (isTTY ? stream.columns : undefined),
    rows: () => (isTTY ? stream.rows : undefined),
    closed: closed.signal,
  }
}

/** A full disk, for one: whoever reads a cut-off document must not take it for a whole one. */
function sayIncomplete(error: Error): void {
  process.stderr.write(`tapit: the output is incomplete: ${error.message}\n`)
  process.once('exit', () => {
    if (process.exitCode === exitCodes.done) process.exitCode = exitCodes.failed
  })
}
