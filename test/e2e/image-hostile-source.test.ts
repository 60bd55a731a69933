import { readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolders } from '../adapters/git/repositories.ts'
import { type Running, startTapit, type Variables } from './support/cli.ts'
import { dockerEngine } from './support/docker-engine.ts'
import { type GitServer, openGitServer } from './support/git-server.ts'
import { type ImageShop, nonce, openImageShop, shell } from './support/image-shop.ts'

const engine = await dockerEngine()

const processes = 'processes:\n  default: {}\n  scheduler: {}\n  worker: {}\n'
/** What nobody but this machine's user may see. */
const secret = `hunter2-${nonce}`

describe.skipIf(engine === undefined)('a Git repository that means harm', () => {
  const folders = temporaryFolders()
  let shop: ImageShop
  let server: GitServer
  /** A folder without tapit.yml, and one with a file that holds the secret. */
  let elsewhere: string
  let secrets: string

  beforeAll(async () => {
    if (engine === undefined) return
    shop = await openImageShop(engine)
    server = await openGitServer({ folder: await folders.make() })
    elsewhere = await folders.make()
    secrets = await folders.make()
    await writeFile(join(secrets, 'secret'), `${secret}: echo ${secret}\nweb: echo ${secret}\n`)
    await startTapit(['-a', 'shop', 'image', 'login'], { env: shop.env }).ended
  })
  afterAll(async () => {
    await server?.close()
    await shop?.close()
    await folders.removeAll()
    await engine?.close()
  })

  type Files = Readonly<Record<string, string>>

  /** In a folder that has no tapit.yml: the one of the clone holds. */
  const inElsewhere = (argv: readonly string[], more: Variables = {}): Running =>
    startTapit(['-a', 'shop', ...argv], { env: { ...shop.env, ...more }, cwd: elsewhere })

  async function exists(tag: string): Promise<boolean> {
    return (await inElsewhere(['show', 'image', `docker_tag=${tag}`]).ended).code === 0
  }

  const reads = `${shell}RUN --mount=type=secret,id=stolen /bin/sh -c "cat /run/secrets/stolen"\n`
  const copies = `${shell}COPY --from=host . /host\nRUN ["/bin/sh", "-c", "busybox cat /host/secret"]\n`
  const yml = (build: string) => `app: shop\nbuild: ${build}\n${processes}`
  const own = 'processes:\n  default: { path: . }\n'

  type Hostile = {
    readonly what: string
    readonly files: () => Files
    readonly links?: Files
    /** @default 1 */
    readonly code?: number
    readonly says: RegExp
  }

  it.concurrent.each<Hostile>([
    {
      what: 'a secret out of a variable',
      files: () => ({ 'tapit.yml': yml('{ secrets: { stolen: "env:STOLEN" } }'), Dockerfile: reads }),
      says: /stolen/,
    },
    {
      what: 'a secret out of a file',
      files: () => ({
        'tapit.yml': yml(`{ secrets: { stolen: "file:${secrets}/secret" } }`),
        Dockerfile: reads,
      }),
      says: /stolen/,
    },
    {
      what: 'a folder of this machine as a context',
      files: () => ({ 'tapit.yml': yml(`{ contexts: { host: "${secrets}" } }`), Dockerfile: copies }),
      says: /other machines have no such folder/,
    },
    {
      what: 'an image of this machine as a context',
      files: () => ({
        'tapit.yml': yml(`{ contexts: { host: "oci-layout://${secrets}" } }`),
        Dockerfile: copies,
      }),
      says: /no such kind of context/,
    },
    {
      what: 'a link as a context',
      files: () => ({ 'tapit.yml': yml('{ contexts: { host: link } }'), Dockerfile: copies }),
      links: { link: '' },
      code: 3,
      says: /leads out of the clone/,
    },
    {
      what: 'a link as a Dockerfile',
      files: () => ({ 'tapit.yml': `app: shop\n${processes}` }),
      links: { Dockerfile: 'secret' },
      says: /Dockerfile.*leads out/,
    },
    {
      what: 'a link in the context',
      files: () => ({
        'tapit.yml': `app: shop\n${processes}`,
        Dockerfile: `${shell}COPY link /link\nRUN ["/bin/sh", "-c", "busybox cat /link"]\n`,
      }),
      links: { link: 'secret' },
      says: /link/,
    },
    {
      what: 'a link as tapit.yml',
      files: () => ({ Dockerfile: shell }),
      links: { 'tapit.yml': 'secret' },
      says: /tapit\.yml is a link that leads out of the clone/,
    },
    {
      what: 'a link as Procfile',
      // The clone stands for its own base, in which nothing can be run.
      files: () => ({
        'requirements.txt': 'requests\n',
        'main.py': 'print(1)\n',
        'tapit.yml': yml('{ contexts: { "python:3.13": ".", "python:3.13-slim": "." } }'),
      }),
      links: { Procfile: 'secret' },
      says: /Procfile was not read: it leads out of the folder/,
    },
    {
      what: 'a folder above as that of a process',
      files: () => ({
        'tapit.yml': `app: shop\n${own.replace('path: .', 'path: ../..')}`,
        Dockerfile: shell,
      }),
      says: /leads out/,
    },
  ])('gets nothing by $what', async ({ what, files, links = {}, code: expected = 1, says }) => {
    const name = what.replaceAll(/\W+/g, '-')
    const made = await server.add(name, files())
    for (const [link, to] of Object.entries(links)) await symlink(join(secrets, to), join(made.folder, link))
    await made.commit()

    const argv = [
      'image',
      'build',
      `source=${made.source}`,
      `docker_tag=${name}`,
      'process=default',
      '--debug',
    ]
    const TMPDIR = await folders.make()
    const { code, stdout, stderr } = await inElsewhere(argv, { STOLEN: secret, TMPDIR }).ended

    expect({ code, stderr }).toMatchObject({ code: expected })
    expect(stderr).toMatch(says)
    expect(`${stdout}${stderr}`).not.toContain(secret)
    expect(await exists(name)).toBe(false)
    expect(await readdir(TMPDIR)).toEqual([])
  })
})
