import type { TaskEnd, TaskNews } from '../../actions/tasks/run-task.ts'
import { runTaskFailure } from '../../actions/tasks/run-task-failure.ts'
import { runTaskOnce } from '../../actions/tasks/run-task-once.ts'
import { type RunRequest, runTaskWish } from '../../actions/tasks/run-task-wish.ts'
import { defaultProcess } from '../../names/aws.ts'
import { exitCodes } from '../../names/refusal.ts'
import type { Handler, Invocation } from '../command.ts'
import { type Context, openContext } from '../context.ts'
import type { Io } from '../io.ts'
import { printResult } from '../print-result.ts'
import { runDocument } from '../report/json/run-document.ts'
import { logText } from '../report/log-text.ts'
import { printable } from '../text/printable.ts'
import { startWaiting } from '../waiting.ts'
import { runEndText, runNewsText } from '../wording/run-texts.ts'

export const run: Handler = async (invocation, io) => {
  const context = await openContext(invocation, io)
  const { ports } = context
  const request = requestOf(invocation, context)
  const waiting = startWaiting(invocation, io)
  try {
    const wish = await runTaskWish(request, ports)
    const detached = invocation.flags['detach'] === true
    const tell = (news: TaskNews): void => {
      if (news.is === 'line') return writeLine(news.line.message, { invocation, io })
      say(runNewsText(news, wish), io)
    }
    const end = await runTaskOnce(request, wish, { ports, signal: waiting.signal, detached, tell })
    const failure = runTaskFailure(end, wish.definition)
    if (!detached) say(runEndText(end, wish, failure), io)
    if (invocation.global.output === 'json')
      await printResult(
        { invocation, io },
        { document: () => runDocument(wish, end, failure), text: () => [] },
      )
    else if (detached) io.stdout.write(`${end.task.id}\n`)
    return detached ? exitCodes.done : exitCodeOf(end)
  } finally {
    waiting.end()
  }
}

function requestOf({ keys, rest }: Invocation, { app, environment }: Context): RunRequest {
  const { process = defaultProcess, docker_tag: dockerTag, cpu, memory } = keys
  return {
    app,
    process,
    command: rest,
    ...(environment !== undefined && { environment }),
    ...(dockerTag !== undefined && { dockerTag }),
    ...(cpu !== undefined && { cpu: Number(cpu) }),
    ...(memory !== undefined && { memory: Number(memory) }),
  }
}

/** The command's own exit code, unless it never came to have one. */
function exitCodeOf({ exitCode, stopped }: TaskEnd): number {
  if (stopped === 'interrupted') return exitCodes.interrupted
  return exitCode ?? exitCodes.failed
}

/** As it was written; a terminal is shown what it must not obey. Beside a document it is progress. */
function writeLine(message: string, { invocation, io }: { invocation: Invocation; io: Io }): void {
  const output = invocation.global.output === 'json' ? io.stderr : io.stdout
  const text = message.replace(/[\r\n]+$/, '')
  output.write(`${output.isTTY ? text.split(/\r?\n/).map(logText).join('\n') : text}\n`)
}

function say(text: string | undefined, io: Io): void {
  if (text !== undefined) io.stderr.write(`${printable(text)}\n`)
}
