import { timingSafeEqual } from 'node:crypto'
import type { HookAnswer } from '../ecs/state.ts'
import type { Reply } from '../wire/protocol.ts'
import type { ControlRequest } from '../wire/server.ts'
import { hookAnswerIn } from './hook-answer-in.ts'

export type ControlOptions = {
  readonly token: string
  /** Then every answer is `{ stopping: true }`: it must not be counted on any more. */
  readonly isEnding: () => boolean
  readonly status: () => object
  /** Called after the answer is on its way. */
  readonly stop: () => void
  readonly reset: () => Promise<void>
  readonly setHook: (answer: HookAnswer) => void
}

/** The header that proves that a request comes from somebody who can read endpoint.json. */
export const tokenHeader = 'x-tapit-token'

/** The daemon's own paths. A web page can neither know the token nor set the header without our consent. */
export function control({
  token,
  isEnding,
  status,
  stop,
  reset,
  setHook,
}: ControlOptions): (request: ControlRequest) => Promise<Reply> {
  return async ({ method, path, headers, body }) => {
    if (!isSame(headers[tokenHeader], token)) return json(403, { error: 'wrong token' })
    if (isEnding()) return json(200, { stopping: true })
    switch (`${method} ${path}`) {
      case 'GET /_tapit/status':
        return json(200, status())
      case 'POST /_tapit/reset':
        await reset()
        return json(200, status())
      case 'POST /_tapit/hook': {
        const answer = hookAnswerIn(body.toString('utf8'))
        if (answer === undefined) return json(400, { error: 'not an answer of a hook' })
        setHook(answer)
        return json(200, answer)
      }
      case 'POST /_tapit/stop':
        setImmediate(stop)
        return json(200, { stopping: true })
      default:
        return json(404, { error: 'no such path' })
    }
  }
}

function isSame(given: string | readonly string[] | undefined, token: string): boolean {
  if (typeof given !== 'string') return false
  const [a, b] = [Buffer.from(given), Buffer.from(token)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function json(status: number, body: object): Reply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
