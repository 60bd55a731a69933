import { openSession } from '../../actions/tasks/open-session.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Handler } from '../command.ts'
import { openContext, openSessionPlugin } from '../context.ts'
import { required } from '../required.ts'
import { printable } from '../text/printable.ts'

export const exec: Handler = async (invocation, io) => {
  const { task, container } = invocation.keys
  const process = required(invocation, 'process', {
    question: 'into which process?',
    advice: 'tapit exec process=worker -- /bin/bash',
  })
  if (invocation.global.output === 'json') {
    throw new Refusal({
      code: 'no_document',
      exit: 'usage',
      message: 'a session has no document: exec does not go with -o json.',
      advice: `tapit run process=${process} -o json -- … runs a command and answers one.`,
    })
  }
  const { app, environment, ports, awsEnv } = await openContext(invocation, io)
  const plugin = await openSessionPlugin({ awsEnv })
  const command = invocation.rest.length === 0 ? '/bin/sh' : invocation.rest.map(quoted).join(' ')
  const session = await openSession(
    {
      app,
      process,
      command,
      ...(environment !== undefined && { environment }),
      ...(task !== undefined && { task }),
      ...(container !== undefined && { container }),
    },
    { ports, plugin },
  )
  io.stderr.write(
    `${printable(`${session.process}: in "${session.container}" of the task ${session.task}.`)}\n`,
  )
  // Ctrl-C is for what runs in there.
  const stopListening = io.onInterrupt(() => {})
  try {
    return await plugin.join(session)
  } finally {
    stopListening()
  }
}

/** ECS takes one text, and splits it as a shell would. */
function quoted(word: string): string {
  return /^[\w.,:@%+/=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
