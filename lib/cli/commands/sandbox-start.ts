import { Refusal } from '../../names/refusal.ts'
import type { Handler } from '../command.ts'
import { runSandbox } from '../sandbox-process.ts'
import { printResult } from '../print-result.ts'
import { quoted } from '../text/quoted.ts'
import { sandboxText } from '../wording/sandbox-text.ts'

export const sandboxStart: Handler = async (invocation, io) => {
  const timings = (['short', 'realistic'] as const).find(each => each === invocation.keys['timings'])
  const { minute } = invocation.keys
  const sandbox = await runSandbox(io, {
    ...(timings !== undefined && { timings }),
    ...(minute !== undefined && { minute: millisecondsOf(minute) }),
  })
  await printResult(
    { invocation, io },
    {
      document: () => sandbox,
      text: () => sandboxText(sandbox, sandbox.started ? 'started' : 'runs already'),
    },
  )
  return 0
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 }
const shortest = 50
const longest = 60_000

/** Durations elsewhere are whole seconds; what a minute shrinks to may be less. */
function millisecondsOf(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,6})(ms|s|m)$/.exec(text) ?? []
  const milliseconds = Number(number) * (units[unit] ?? 0)
  if (milliseconds >= shortest && milliseconds <= longest) return milliseconds
  throw new Refusal({
    code: 'invalid_duration',
    exit: 'usage',
    message: `minute= is how long a minute lasts in the sandbox, from 50ms to 60s; not ${quoted(text)}.`,
    advice: 'tapit sandbox start minute=2s',
  })
}
