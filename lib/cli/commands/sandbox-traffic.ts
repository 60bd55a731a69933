import { exitCodes, Refusal } from '../../names/refusal.ts'
import type { Handler } from '../command.ts'
import { openContext } from '../context.ts'
import { printResult } from '../print-result.ts'
import { viewOf } from '../report/view.ts'
import { runSandbox, users } from '../sandbox-process.ts'
import { quoted } from '../text/quoted.ts'
import { loadBalancerUrl } from '../traffic/load-balancer-url.ts'
import { type Second, sendTraffic } from '../traffic/send-traffic.ts'
import { total } from '../traffic/tally.ts'
import { startWaiting } from '../waiting.ts'
import { secondText, totalText } from '../wording/traffic-text.ts'

const defaultRps = 20

export const sandboxTraffic: Handler = async (invocation, io) => {
  const { keys, global } = invocation
  const { url: said, rps = defaultRps, seconds } = keys
  const port = Number(new URL((await runSandbox(io)).url).port)
  const inSandbox = { ...invocation, global: { ...global, sandbox: true } }
  const url =
    said === undefined ? await loadBalancerUrl(await openContext(inSandbox, io)) : checkedUrl(said, { port })
  const { ask, leave } = users({ port, url })
  const waiting = startWaiting(invocation, io)
  const { closed } = io.stdout
  const seen: Second[] = []
  try {
    const sent = sendTraffic({
      rps: Number(rps),
      ...(seconds !== undefined && { seconds: Number(seconds) }),
      ask,
      clock: io.clock,
      signal: closed === undefined ? waiting.signal : AbortSignal.any([waiting.signal, closed]),
    })
    for await (const second of sent) {
      seen.push(second)
      if (global.output === 'text') io.stdout.write(`${secondText(second, { columns: columns() })}\n`)
    }
  } finally {
    waiting.end()
    leave()
  }
  await printResult(
    { invocation, io },
    {
      document: async () =>
        (await import('../report/json/traffic-document.ts')).trafficDocument({
          url: url.href,
          rps: Number(rps),
          seconds: seen,
        }),
      text: () => [totalText(total(seen), { columns: columns() })],
    },
  )
  return exitCodes.done

  function columns(): number {
    return viewOf(io.stdout, { env: io.env, now: io.clock.now() }).columns
  }
}

/** Only load balancers of the sandbox: this is no tool to send requests to others with. */
function checkedUrl(text: string, { port }: { readonly port: number }): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' && url.host.endsWith(`.elb.localhost:${port}`)) return url
  throw new Refusal({
    code: 'invalid_url',
    exit: 'usage',
    message: `url= is not the address of a load balancer of the sandbox: ${quoted(text)}.`,
    advice: `It looks like http://shop-1a2b3c4d.us-east-1.elb.localhost:${port}, as tapit --sandbox status shows it.`,
  })
}
