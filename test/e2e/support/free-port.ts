import { createServer } from 'node:net'

/** Below the ports that Linux gives out to clients and to servers that ask for any: nobody takes one of these in the meantime. */
const first = 10_240
const perProcess = 100
const blocks = 220

let given = 0

/** A port of loopback that nobody listens at, for servers that do not tell which one they chose. Tests in other processes get others. */
export async function freePort(): Promise<number> {
  const block = first + (process.pid % blocks) * perProcess
  for (let tries = 0; tries < perProcess; tries += 1) {
    const port = block + (given++ % perProcess)
    if (await isFree(port)) return port
  }
  throw new Error(`all of the ports from ${block} on are taken`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '0.0.0.0', () => server.close(() => resolve(true)))
  })
}
