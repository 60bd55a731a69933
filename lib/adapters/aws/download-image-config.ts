import { createHash } from 'node:crypto'
import { Trouble } from '../../actions/trouble.ts'
import type { ImageConfig } from '../../images/ports.ts'
import { platformName } from '../../images/platform-name.ts'
import { present } from './present.ts'

const timeLimit = 10_000
/** A history of hundreds of steps and labels stays well below it. */
const largest = 4 * 1024 * 1024

/** Gets an image's configuration from where ECR says that it lies: a presigned URL, which takes no headers. */
export async function downloadImageConfig(url: string, digest: string): Promise<ImageConfig> {
  const text = await download(url)
  const found = `sha256:${createHash('sha256').update(text).digest('hex')}`
  if (digest.startsWith('sha256:') && found !== digest) throw unreadable(`it is ${found}, not ${digest}`)
  try {
    return configFrom(text.toString())
  } catch (error) {
    throw unreadable('it is no JSON', error)
  }
}

async function download(url: string): Promise<Buffer> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeLimit) })
    if (!response.ok) throw unreadable(`HTTP ${response.status}`)
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of response.body ?? []) {
      size += chunk.length
      if (size > largest) throw unreadable(`it is larger than ${largest} bytes`)
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } catch (error) {
    throw error instanceof Trouble ? error : unreadable(reasonOf(error), error)
  }
}

function configFrom(text: string): ImageConfig {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the specification of images says so
  const {
    created = '',
    config,
    ...platform
  } = JSON.parse(text) as {
    created?: string
    os?: string
    architecture?: string
    variant?: string
    config?: { Labels?: Record<string, unknown> | null } | null
  }
  const createdAt = Date.parse(created)
  return present({
    labels: textsIn(config?.Labels ?? {}),
    // Reproducible builds say 1970, or the year 1: that is no time at which it was made.
    createdAt: createdAt > 0 ? createdAt : undefined,
    platform: platformName(platform),
  })
}

/** Whoever may push may push anything: what is no text is no label. */
function textsIn(labels: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(labels).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )
}

function unreadable(reason: string, cause?: unknown): Trouble {
  return new Trouble({
    kind: 'transient',
    code: 'image_config_unreadable',
    message: `the image's configuration cannot be read from where ECR keeps it: ${reason}`,
    advice: 'try again; the network must let requests to Amazon S3 pass, too',
    awsCode: 'Unreadable',
    operation: 'GetDownloadUrlForLayer',
    cause,
  })
}

/** Node's own fetch says "fetch failed"; why stands in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
