import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { buildFiles } from '../../lib/adapters/build-files.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'build-files-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

it.each([
  ['is not there', 'nope'],
  ['has a name that no file can have', 'x'.repeat(300)],
  ['has a zero byte in its name', 'a\0b'],
])('finds nothing where a file %s', async (_, path) => {
  expect(await buildFiles().locate(folder, path)).toEqual({ is: 'missing' })
})
