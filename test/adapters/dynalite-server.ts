import { createServer, type Server, type Socket } from 'node:net'
import { createRequire } from 'node:module'
import { once } from 'node:events'

const dynalite = createRequire(import.meta.url)('dynalite') as (options: object) => Server

export type RunningServer = { readonly port: number; close(): Promise<void> }

/** dynalite, in memory, on a port of its own. */
export async function startDynalite(): Promise<RunningServer> {
  return listening(dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }))
}

export type LossyProxy = RunningServer & {
  /** The next request reaches the server, but its answer is never heard: the connection breaks. */
  loseNextAnswer(): void
  /** How many answers were lost. */
  lost(): number
}

/** A TCP proxy in front of a server that loses an answer when it is told to. */
export async function startLossyProxy(target: number): Promise<LossyProxy> {
  const { connect } = await import('node:net')
  let isLosing = false
  let lost = 0
  const server = createServer(client => {
    const upstream = connect(target, '127.0.0.1')
    client.on('data', data => upstream.write(data))
    upstream.on('data', data => {
      if (!isLosing) {
        client.write(data)
        return
      }
      isLosing = false
      lost += 1
      client.resetAndDestroy()
      upstream.destroy()
    })
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
    // A broken connection is what this proxy is for.
    client.on('error', () => upstream.destroy())
    upstream.on('error', () => client.destroy())
  })
  const running = await listening(server)
  return {
    ...running,
    loseNextAnswer: () => {
      isLosing = true
    },
    lost: () => lost,
  }
}

async function listening(server: Server): Promise<RunningServer> {
  const sockets = new Set<Socket>()
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    port: address.port,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>(resolve => {
        server.close(() => resolve())
      })
    },
  }
}
