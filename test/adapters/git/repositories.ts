import { execFile, spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** What the tests' own Git is run with: nothing of whoever runs them. */
export const plainEnvironment: Readonly<Record<string, string | undefined>> = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
}

export type Repository = {
  readonly folder: string
  /** `file:///…` */
  readonly url: string
  git(...words: readonly string[]): Promise<string>
  write(files: Readonly<Record<string, string>>): Promise<void>
  /** Writes and commits files, and answers the commit. */
  commit(files?: Readonly<Record<string, string>>): Promise<string>
}

/** Folders that go when the test is over. */
export function temporaryFolders(): { make(): Promise<string>; removeAll(): Promise<void> } {
  const folders: string[] = []
  return {
    async make() {
      const folder = await realpath(await mkdtemp(join(tmpdir(), 'tapit-git-test-')))
      folders.push(folder)
      return folder
    },
    async removeAll() {
      await Promise.all(folders.splice(0).map(folder => rm(folder, { recursive: true, force: true })))
    },
  }
}

export async function newRepository(folder: string): Promise<Repository> {
  await mkdir(folder, { recursive: true })
  const git = async (...words: readonly string[]): Promise<string> => {
    const { stdout } = await execute('git', ['-C', folder, ...words], {
      env: { ...plainEnvironment, GIT_ALLOW_PROTOCOL: 'file' },
    })
    return stdout.trim()
  }
  const write: Repository['write'] = async files => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
  }
  await git('init', '--quiet', '--initial-branch=main')
  return {
    folder,
    url: `file://${folder}`,
    git,
    write,
    async commit(files = {}) {
      await write(files)
      await git('add', '--all')
      await git('commit', '--quiet', '--allow-empty', '--message=more')
      return git('rev-parse', 'HEAD')
    },
  }
}

/** A program that leaves a file behind when somebody runs it. */
export async function trap(folder: string): Promise<{ readonly program: string; readonly mark: string }> {
  // A hook of this name runs whenever the index is written.
  const program = join(folder, 'post-index-change')
  const mark = join(folder, 'sprung')
  await writeFile(program, `#!/bin/sh\necho sprung >> '${mark}'\n`)
  await chmod(program, 0o755)
  return { program, mark }
}

export type Served = { readonly url: string; close(): Promise<void> }

/** Answers over HTTP on loopback. */
export async function serve(listener: RequestListener): Promise<Served> {
  const server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Git's own server below a folder of repositories (`git http-backend` speaks CGI). */
export function gitBackend(root: string): RequestListener {
  return (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://host')
    const backend = spawn('git', ['http-backend'], {
      env: {
        ...plainEnvironment,
        GIT_PROJECT_ROOT: root,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: pathname,
        QUERY_STRING: searchParams.toString(),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers['content-type'],
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
        GIT_PROTOCOL: request.headers['git-protocol'] as string | undefined,
      },
    })
    request.pipe(backend.stdin)
    const chunks: Buffer[] = []
    backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    backend.on('close', () => {
      const answer = Buffer.concat(chunks)
      const end = answer.indexOf('\r\n\r\n')
      for (const line of answer.subarray(0, end).toString().split('\r\n')) {
        const [name = '', value = ''] = line.split(': ')
        if (name === 'Status') response.statusCode = Number.parseInt(value, 10)
        else response.setHeader(name, value)
      }
      response.end(answer.subarray(end + 4))
    })
  }
}
