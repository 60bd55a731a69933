import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, type ReadStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { SandboxClock } from '../world.ts'

/** The contents of layers, in files: they are too big for the state, which knows what repository has which of them. */
export type LayerStore = {
  begin(repository: string): Promise<LayerUpload>
  /** One under way; those of an earlier process are gone. */
  upload(repository: string, id: string): LayerUpload | undefined
  /** From the first to the last byte wanted. @default - all */
  stream(digest: string, bytes?: { readonly start: number; readonly end: number }): ReadStream
  /** A small one; undefined where its file is gone. */
  read(digest: string): Promise<Buffer | undefined>
  /** Removes the files of all others, and what clients left half done. */
  tidy(isWanted: (digest: string) => boolean): Promise<void>
  /** Gives up what is under way. */
  endUploads(): Promise<void>
  /** Removes everything. */
  clear(): Promise<void>
}

export type LayerUpload = {
  readonly id: string
  /** Bytes received so far. */
  readonly size: number
  /** Contents are written one after another. What was received of one before it broke off stays. */
  append(content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void>
  /** Ends the upload, and answers its digest. If it is the wanted one, the upload becomes a layer, which `adopt` notes in the state. */
  finish(wanted: string, adopt: (size: number) => void): Promise<string>
  abandon(): Promise<void>
}

export type LayerStoreOptions = {
  /** Made at the first upload, for this user alone. */
  readonly folder: string
  readonly clock: SandboxClock
}

/** How long an upload may rest. */
const patience = 3_600_000

export function openLayerStore({ folder, clock }: LayerStoreOptions): LayerStore {
  const uploads = new Map<string, OpenUpload>()
  const inOrder = queue()
  const fileOf = (digest: string) => join(folder, digest.replace(':', '-'))
  const abandon = async (which: (upload: OpenUpload) => boolean) => {
    await Promise.all([...uploads.values()].filter(which).map(upload => upload.abandon()))
  }
  return {
    begin: async repository => {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const id = randomUUID()
      const upload = openUpload({
        id,
        repository,
        path: join(folder, `${id}${unfinished}`),
        clock,
        ended: () => uploads.delete(id),
        // A layer is noted in the same breath as its file appears, or `tidy` would take it for nobody's.
        keep: (path, digest, adopt) => inOrder(() => rename(path, fileOf(digest)).then(adopt)),
      })
      uploads.set(id, upload)
      return upload
    },
    upload: (repository, id) => {
      const upload = uploads.get(id)
      return upload?.repository === repository ? upload : undefined
    },
    stream: (digest, bytes) => createReadStream(fileOf(digest), bytes),
    read: digest => readFile(fileOf(digest)).catch(() => undefined),
    tidy: async isWanted => {
      await abandon(({ touchedAt }) => touchedAt < clock.now() - patience)
      await inOrder(async () => {
        for (const name of await readdir(folder).catch(() => [])) {
          const isUsed = name.endsWith(unfinished)
            ? uploads.has(name.slice(0, -unfinished.length))
            : isWanted(name.replace('-', ':'))
          if (!isUsed) await rm(join(folder, name), { recursive: true, force: true })
        }
      })
    },
    endUploads: () => abandon(() => true),
    clear: async () => {
      await abandon(() => true)
      await inOrder(() => rm(folder, { recursive: true, force: true }))
    },
  }
}

const unfinished = '.upload'

type OpenUpload = LayerUpload & {
  readonly repository: string
  /** Milliseconds since the epoch. */
  readonly touchedAt: number
}

type UploadOptions = {
  readonly id: string
  readonly repository: string
  readonly path: string
  readonly clock: SandboxClock
  readonly ended: () => void
  readonly keep: (path: string, digest: string, adopt: () => void) => Promise<void>
}

function openUpload({ id, repository, path, clock, ended, keep }: UploadOptions): OpenUpload {
  const hash = createHash('sha256')
  const inOrder = queue()
  let size = 0
  let touchedAt = clock.now()
  const abandon = async () => {
    ended()
    await rm(path, { force: true })
  }
  return {
    id,
    repository,
    get size() {
      return size
    },
    get touchedAt() {
      return touchedAt
    },
    append: content =>
      inOrder(async () => {
        const file = await open(path, 'a', 0o600)
        try {
          for await (const chunk of content) {
            // Half a chunk, as a full disk leaves it, cannot be gone on from.
            await file
              .appendFile(chunk)
              .catch((error: unknown) => abandon().then(() => Promise.reject(error)))
            hash.update(chunk)
            size += chunk.length
            touchedAt = clock.now()
          }
        } finally {
          await file.close()
        }
      }),
    finish: (wanted, adopt) =>
      inOrder(async () => {
        ended()
        const digest = `sha256:${hash.digest('hex')}`
        if (digest === wanted && size > 0) await keep(path, digest, () => adopt(size))
        else await rm(path, { force: true })
        return digest
      }),
    abandon,
  }
}

type Queue = <T>(work: () => Promise<T>) => Promise<T>

/** Runs one after another, whatever becomes of those before. */
function queue(): Queue {
  let last: Promise<unknown> = Promise.resolve()
  return work => {
    const result = last.then(work)
    last = result.catch(() => {})
    return result
  }
}
