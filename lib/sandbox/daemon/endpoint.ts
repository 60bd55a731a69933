import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isRecord } from '../is-record.ts'

/** How a running sandbox is found. The token guards its control paths: web pages cannot read it. */
export type Endpoint = {
  readonly url: string
  readonly pid: number
  readonly version: string
  /** ISO 8601. */
  readonly startedAt: string
  readonly region: string
  readonly token: string
}

/** Undefined when there is none, or none that can be read. */
export async function readEndpoint(home: string): Promise<Endpoint | undefined> {
  try {
    const parsed: unknown = JSON.parse(await readFile(fileIn(home), 'utf8'))
    return isEndpoint(parsed) ? parsed : undefined
  } catch {
    // Not there, or half written by somebody else: either way nobody can be reached through it.
    return undefined
  }
}

export async function writeEndpoint(home: string, endpoint: Endpoint): Promise<void> {
  await writeAtomically(fileIn(home), JSON.stringify(endpoint, undefined, 2))
}

/** Only a sandbox's own: a newer one may have written its endpoint already. */
export async function removeEndpoint(home: string, { token }: Pick<Endpoint, 'token'>): Promise<void> {
  if ((await readEndpoint(home))?.token === token) await rm(fileIn(home), { force: true })
}

/** Readers see the old content or the new one, and only this user sees any. */
export async function writeAtomically(path: string, content: string): Promise<void> {
  const draft = `${path}.${randomUUID()}.tmp`
  try {
    await writeFile(draft, content, { mode: 0o600, flush: true })
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

function fileIn(home: string): string {
  return join(home, 'endpoint.json')
}

function isEndpoint(value: unknown): value is Endpoint {
  if (!isRecord(value)) return false
  const texts = ['url', 'version', 'startedAt', 'region', 'token'].map(member => value[member])
  return texts.every(text => typeof text === 'string') && typeof value['pid'] === 'number'
}
