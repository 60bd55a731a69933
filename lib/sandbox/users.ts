import http from 'node:http'

export type UsersOptions = {
  /** Where the sandbox listens. */
  readonly port: number
  /** What they ask for, at a load balancer's name. */
  readonly url: URL
  /** How long they wait for an answer, in milliseconds. @default 10000 */
  readonly patience?: number
}

/** What a user got. */
export type UserAnswer = {
  readonly status: number
  /** Who answered; both are absent in an answer of the load balancer's own. */
  readonly dockerTag?: string
  readonly imageDigest?: string
}

/** Users of an app behind a load balancer of the sandbox. */
export type Users = {
  /** Sends one request; undefined when no answer came. */
  readonly ask: () => Promise<UserAnswer | undefined>
  /** Breaks off what is under way. */
  readonly leave: () => void
}

/** They go to the loopback address by the name's Host alone: whether it resolves here is the resolver's affair, and no proxy's. */
export function users({ port, url, patience = 10_000 }: UsersOptions): Users {
  const agent = new http.Agent({ keepAlive: true })
  const options: http.RequestOptions = {
    host: '127.0.0.1',
    port,
    agent,
    path: `${url.pathname}${url.search}`,
    headers: { host: url.host, 'user-agent': 'tapit-sandbox-traffic' },
  }
  return {
    ask: () =>
      new Promise(resolve => {
        const lose = () => resolve(undefined)
        const request = http.get({ ...options, signal: AbortSignal.timeout(patience) }, response => {
          response
            .resume()
            .once('error', lose)
            .once('end', () => resolve(answerOf(response)))
        })
        request.once('error', lose)
      }),
    leave: () => agent.destroy(),
  }
}

function answerOf({ statusCode = 0, headers }: http.IncomingMessage): UserAnswer {
  const { 'x-tapit-docker-tag': dockerTag, 'x-tapit-image': imageDigest } = headers
  return {
    status: statusCode,
    ...(typeof dockerTag === 'string' && { dockerTag }),
    ...(typeof imageDigest === 'string' && { imageDigest }),
  }
}
