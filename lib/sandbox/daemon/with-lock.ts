import { randomUUID } from 'node:crypto'
import { link, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isRecord } from '../is-record.ts'
import { isAlive } from './is-alive.ts'
import { SandboxError } from './sandbox-error.ts'

/** Runs `work` while no other process of this home does: two commands at once start only one sandbox. */
export async function withLock<T>(home: string, work: () => Promise<T>): Promise<T> {
  const path = join(home, 'lock')
  await take(path)
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

async function take(path: string): Promise<void> {
  for (let waited = 0; waited < longestWait; waited += pause) {
    if (await created(path)) return
    await removeIfStale(path, { waited })
    await sleep(pause)
  }
  throw new SandboxError(`another command holds ${path} for too long; remove it if no tapit is running`)
}

const pause = 20
const longestWait = 20_000

async function created(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600)
    await file.writeFile(String(process.pid))
    await file.close()
    return true
  } catch (error) {
    if (isRecord(error) && error['code'] === 'EEXIST') return false
    throw error
  }
}

/** A lock outlives its owner when that one was killed. */
async function removeIfStale(path: string, { waited }: { waited: number }): Promise<void> {
  const owner = await ownerOf(path)
  // Empty: its owner is just writing its id, or was killed before it could.
  const isStale = owner === '' ? waited >= longestWriting : owner !== undefined && !isAlive(Number(owner))
  if (!isStale) return
  const aside = `${path}.${randomUUID()}`
  await rename(path, aside).catch(() => {})
  // Somebody else may have removed it and taken the lock in between: then it is theirs, and goes back.
  if ((await ownerOf(aside)) !== owner) await link(aside, path).catch(() => {})
  await rm(aside, { force: true })
}

const longestWriting = 2000

/** Undefined when there is no such file (any more). */
async function ownerOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}
