import type { Invocation } from './command.ts'
import type { Io } from './io.ts'
import { notACommand } from './report/github/not-a-command.ts'
import { type View, viewOf } from './report/view.ts'

export type Output = { readonly invocation: Pick<Invocation, 'global'>; readonly io: Io }

export type Result = {
  /** With `-o json`: one document; `schemaVersion` is added where it is missing. */
  readonly document: () => object | Promise<object>
  readonly text: (view: View) => readonly string[] | Promise<readonly string[]>
}

/** Prints what a command found or did on stdout: one document, or text for whoever reads it. Only what is printed is made. */
export async function printResult({ invocation, io }: Output, { document, text }: Result): Promise<void> {
  const { output, sandbox } = invocation.global
  if (output === 'json') {
    const json = JSON.stringify({ schemaVersion: 1, ...(await document()) }, undefined, 2)
    io.stdout.write(`${notACommand(json, { env: io.env, isJson: true })}\n`)
    return
  }
  const view = viewOf(io.stdout, { env: io.env, now: io.clock.now(), isSandbox: sandbox })
  const shown = (await text(view)).map(line => `${line}\n`).join('')
  io.stdout.write(notACommand(shown, { env: io.env, isJson: false }))
}
