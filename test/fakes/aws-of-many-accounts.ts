import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Shop } from './shop.ts'

/** One endpoint for several sandboxes, as AWS is one for all accounts: which of them answers depends on the access key. */
export type AwsOfManyAccounts = { readonly url: string; close(): Promise<void> }

/** `shops` by access key; of another key nothing is accepted. Who somebody is, AWS says in every region, and a sandbox in its own alone. */
export async function awsOfManyAccounts(
  shops: Readonly<Record<string, Pick<Shop, 'url' | 'sandbox'>>>,
): Promise<AwsOfManyAccounts> {
  const server = http.createServer((request, response) => {
    const { authorization = '' } = request.headers
    const shop = shops[/Credential=([^/]+)/.exec(authorization)?.[1] ?? '']
    if (shop === undefined) return refuse(response)
    const { url, sandbox } = shop
    const scope = authorization.replace(/\/[a-z0-9-]+(?=\/sts\/)/, `/${sandbox.world.region}`)
    const onward = http.request(
      url + request.url,
      {
        method: request.method,
        headers: { ...request.headers, host: new URL(url).host, authorization: scope },
      },
      answer => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      },
    )
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function refuse(response: http.ServerResponse): void {
  response.writeHead(403, { 'content-type': 'application/x-amz-json-1.1' })
  response.end(
    JSON.stringify({
      __type: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    }),
  )
}
