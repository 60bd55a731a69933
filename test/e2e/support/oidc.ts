import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** GitHub's issuer of tokens for jobs, and an STS that knows what they are worth; all else goes to the STS of the sandbox. */
export type Oidc = {
  readonly env: Readonly<Record<string, string>>
  /** What STS was asked to trade. */
  readonly traded: readonly URLSearchParams[]
  close(): Promise<void>
}

export async function openOidc(sts: string): Promise<Oidc> {
  const traded: URLSearchParams[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', 'http://localhost')
      if (url.pathname === '/token') {
        const isGiven =
          request.headers.authorization === 'Bearer request-token' &&
          url.searchParams.get('audience') === 'sts.amazonaws.com'
        response.statusCode = isGiven ? 200 : 401
        return response.end(JSON.stringify(isGiven ? { value: 'signed-by-github' } : {}))
      }
      const body = await bodyOf(request)
      const form = new URLSearchParams(body)
      if (form.get('Action') !== 'AssumeRoleWithWebIdentity') {
        const answer = await fetch(sts, {
          method: 'POST',
          body,
          headers: {
            'content-type': 'application/x-www-form-urlencoded',
            authorization: request.headers.authorization ?? '',
          },
        })
        response.writeHead(answer.status, {
          'content-type': answer.headers.get('content-type') ?? 'text/xml',
        })
        return response.end(await answer.text())
      }
      traded.push(form)
      response.writeHead(200, { 'content-type': 'text/xml' })
      return response.end(
        `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIASANDBOX</AccessKeyId><SecretAccessKey>sandbox</SecretAccessKey><SessionToken>sandbox</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
      )
    })()
  })
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  return {
    traded,
    env: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
      AWS_ENDPOINT_URL_STS: url,
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk
  return body
}
