import { mkdir, readFile, writeFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { dirname, join } from 'node:path'
import { gitBackend, newRepository, type Repository, serve } from '../../adapters/git/repositories.ts'

export type GitServer = {
  /** `http://127.0.0.1:41234` */
  readonly url: string
  /** Makes a repository of one commit; what its Dockerfiles copy stands beside them. */
  add(
    name: string,
    files: Readonly<Record<string, string>>,
  ): Promise<Repository & { readonly source: string }>
  close(): Promise<void>
}

export type GitServerOptions = {
  /** Where its repositories lie. */
  readonly folder: string
  /** Stands in front of Git's own server. @default - nothing does */
  readonly guard?: (backend: RequestListener) => RequestListener
}

/** Git's own server on loopback. */
export async function openGitServer({
  folder,
  guard = backend => backend,
}: GitServerOptions): Promise<GitServer> {
  const { url, close } = await serve(guard(gitBackend(folder)))
  return {
    url,
    close,
    add: async (name, files) => {
      const made = await newRepository(join(folder, name))
      const busybox = await readFile('/bin/busybox')
      for (const path of Object.keys(files).filter(each => each.endsWith('Dockerfile'))) {
        await mkdir(dirname(join(made.folder, path)), { recursive: true })
        await writeFile(join(made.folder, dirname(path), 'busybox'), busybox, { mode: 0o755 })
      }
      await made.commit(files)
      return { ...made, source: `${url}/${name}/.git` }
    },
  }
}
