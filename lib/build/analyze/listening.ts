import type { Source } from './look.ts'

/** What sources say about where an app listens. */
export type Listening = {
  /** Something in them listens. */
  readonly isServer: boolean
  /** It takes its port out of PORT. */
  readonly takesPort: boolean
  /** The port that it has anyway, or without PORT. */
  readonly port?: number
  /** Where that stands. */
  readonly where?: string
  /** A path that looks as if it was made for health checks. */
  readonly healthPath?: string
}

export type ListeningPatterns = {
  readonly server: RegExp
  readonly takesPort: RegExp
  /** Ports, each in a group `port`; the first that matches says it. */
  readonly ports: readonly RegExp[]
}

export function listening(
  sources: readonly Source[],
  { server, takesPort, ports }: ListeningPatterns,
): Listening {
  const taking = sources.find(({ text }) => takesPort.test(text))
  // The file that reads PORT says its default; another one's number may be somebody else's port.
  const telling = (taking === undefined ? sources : [taking, ...sources.filter(source => source !== taking)])
    .map(source => ({ where: source.path, port: portIn(source.text, ports) }))
    .find(({ port }) => port !== undefined)
  const healthPath = healthPathIn(sources)
  return {
    isServer: taking !== undefined || sources.some(({ text }) => server.test(text)),
    takesPort: taking !== undefined,
    ...(telling?.port !== undefined && { port: telling.port, where: telling.where }),
    ...(healthPath !== undefined && { healthPath }),
  }
}

function portIn(text: string, patterns: readonly RegExp[]): number | undefined {
  for (const pattern of patterns) {
    const port = Number(pattern.exec(text)?.groups?.['port'])
    if (port >= 1 && port <= 65_535) return port
  }
  return undefined
}

/** Those that say the least about others (databases, …) first: a container is not ill because its database is. */
const healthPaths = [
  '/livez',
  '/healthz',
  '/health',
  '/healthcheck',
  '/health-check',
  '/up',
  '/ping',
  '/readyz',
  '/ready',
  '/api/healthz',
  '/api/health',
  '/status',
]

function healthPathIn(sources: readonly Source[]): string | undefined {
  return healthPaths.find(path => {
    const written = new RegExp(`["'\`](?:(?:GET|HEAD) )?${path}/?["'\`]`)
    return sources.some(({ text }) => written.test(text))
  })
}
