import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contextMeter } from '../../lib/adapters/context-meter.ts'
import { isLarge } from '../../lib/build/large-context.ts'

const { measure } = contextMeter()
let temporary = ''
let context = ''
beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'tapit-context-test-'))
  context = join(temporary, 'context')
  await mkdir(context)
})
afterEach(() => rm(temporary, { recursive: true, force: true }))

/** Files by path; a number is a file of that size that takes no room on the disk. */
async function write(files: Readonly<Record<string, string | number>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(context, path)), { recursive: true })
    await writeFile(join(context, path), typeof content === 'string' ? content : '')
    if (typeof content === 'number') await truncate(join(context, path), content)
  }
}

function measured(options: { dockerfile?: string; signal?: AbortSignal } = {}) {
  return measure({ context, dockerfile: join(context, 'Dockerfile'), ...options })
}

describe('the size of a context', () => {
  it('is that of its files, and links are not followed', async () => {
    await write({ 'a.txt': 100, 'src/b.txt': 20, 'src/deep/c.txt': 3 })
    await symlink('/usr', join(context, 'usr'))
    await symlink('.', join(context, 'circle'))

    expect((await measured()).bytes).toBe(123)
  })

  it.each([
    { what: 'a folder', ignore: 'node_modules', bytes: 33 },
    { what: 'a folder at any depth', ignore: '**/node_modules', bytes: 13 },
    { what: 'by ending', ignore: '*.log', bytes: 1032 },
    { what: 'by ending at any depth', ignore: '**/*.log', bytes: 1030 },
    { what: 'everything but one folder', ignore: '*\n!src', bytes: 12 },
    { what: 'everything but files of a kind', ignore: '**\n!**/*.log', bytes: 3 },
    { what: 'a folder but something deep in it', ignore: 'src\n!src/sub/x.log', bytes: 1023 },
    { what: 'a folder, after an exception of it', ignore: '!src\nsrc', bytes: 1021 },
    { what: 'comments, blank lines and slashes around', ignore: '# no\n\n  /node_modules/  \r\n', bytes: 33 },
    { what: 'in another case: nothing', ignore: 'NODE_MODULES', bytes: 1033 },
    { what: 'by one letter', ignore: '?.log', bytes: 1032 },
    { what: 'nothing', ignore: '', bytes: 1033 },
  ])('leaves out what .dockerignore names: $what', async ({ ignore, bytes }) => {
    await write({
      'x.log': 1,
      'node_modules/a/index.js': 1000,
      'src/index.js': 10,
      'src/sub/x.log': 2,
      'services/node_modules/b.js': 20,
    })
    // As large as it is by itself, whatever else it leaves out.
    await write({ '.dockerignore': `${ignore}\n!.dockerignore` })

    expect((await measured()).bytes - `${ignore}\n!.dockerignore`.length).toBe(bytes)
  })

  it.each([
    ['c++', 9],
    ['a(1).txt', 13],
    ['a(', 14],
    ['\\d', 12],
    ['[', 14],
    ['(a+)+x', 14],
    [`${'*a'.repeat(50)}b`, 14],
    [`${'*a'.repeat(5)}b`, 14],
    [`${'**a'.repeat(4)}b\n`.repeat(100), 14],
  ])('takes %j as BuildKit does', async (ignore, bytes) => {
    await write({ 'c++': 5, 'a(1).txt': 1, d: 2, ['a'.repeat(200)]: 6 })
    await write({ '../Dockerfile.dockerignore': ignore })
    const size = await measured({ dockerfile: join(context, '../Dockerfile') })

    expect(size.bytes).toBe(bytes)
  })

  it('goes by the file that is called after the Dockerfile, where there is one', async () => {
    await write({ 'a.txt': 100, 'b.txt': 10, '.dockerignore': 'a.txt\n' })
    await write({ 'docker/web.Dockerfile.dockerignore': '*\n!a.txt\n' })

    expect((await measured({ dockerfile: join(context, 'docker/web.Dockerfile') })).bytes).toBe(100)
  })

  it('follows no .dockerignore out of the context, to what may never end', async () => {
    await write({ 'a.txt': 100, 'ignored/.dockerignore': 'a.txt\n.dockerignore\nignored\n' })
    await symlink('/dev/zero', join(context, '.dockerignore'))
    await symlink('/dev/zero', join(context, 'Dockerfile.dockerignore'))
    const outside = await measured()
    await rm(join(context, '.dockerignore'))
    await symlink('ignored/.dockerignore', join(context, '.dockerignore'))

    expect(outside.bytes).toBeGreaterThan(100)
    expect((await measured()).bytes).toBe(0)
  })

  it('is nothing where there is no folder', async () => {
    const gone = join(context, 'gone')

    expect(await measure({ context: gone, dockerfile: join(gone, 'Dockerfile') })).toEqual({
      bytes: 0,
      biggest: [],
    })
  })

  it('is large beyond 500 MB', async () => {
    await write({ 'dump.sql': 500_000_000 })
    const before = await measured()
    await write({ 'more.txt': 'x' })

    expect(isLarge(before)).toBe(false)
    expect(isLarge(await measured())).toBe(true)
  })

  it('is what was counted until it was enough', async () => {
    await write({ 'a.txt': 1, 'b.txt': 1, 'c.txt': 1 })
    const enough = new AbortController()
    enough.abort()

    expect((await measured()).bytes).toBe(3)
    expect((await measured({ signal: enough.signal })).bytes).toBe(1)
  })
})

describe('the biggest parts of a context', () => {
  it('are at most five, biggest first, and none that is small', async () => {
    await write({ 'a/x': 500, 'b/x': 400, 'c/x': 300, 'd/x': 200, e: 150, 'f/x': 100, 'g/x': 1 })

    expect((await measured()).biggest).toEqual([
      { path: 'a/x', bytes: 500 },
      { path: 'b/x', bytes: 400 },
      { path: 'c/x', bytes: 300 },
      { path: 'd/x', bytes: 200 },
      { path: 'e', bytes: 150 },
    ])
  })

  it('are named as deep down as nearly all of them is, but folders of one piece as a whole', async () => {
    await write({
      'services/web/node_modules/next/big.node': 900_000,
      'services/web/index.js': 10_000,
      '.git/objects/pack/pack-1.pack': 500_000,
      'data/a.csv': 100_000,
      'data/b.csv': 100_000,
    })

    expect((await measured()).biggest).toEqual([
      { path: 'services/web/node_modules', bytes: 900_000 },
      { path: '.git', bytes: 500_000 },
      { path: 'data', bytes: 200_000 },
    ])
  })
})
