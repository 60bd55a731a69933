import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { temporaryFolder } from '../../lib/adapters/temporary-folder.ts'

let within: string
beforeEach(async () => {
  within = await mkdtemp(join(tmpdir(), 'temporary-folder-'))
})
afterEach(() => rm(within, { recursive: true, force: true }))

it('is for this user alone, until it is removed', async () => {
  const { path, remove } = await temporaryFolder('some-', { within })
  const { mode } = await stat(path)
  await remove()

  expect(mode & 0o777).toBe(0o700)
  expect(await readdir(within)).toEqual([])
})

it('goes with the process', async () => {
  const module = new URL('../../lib/adapters/temporary-folder.ts', import.meta.url).href
  const program = `const { temporaryFolder } = await import('${module}'); const { path } = await temporaryFolder('some-', { within: '${within}' }); console.log(path); process.exit(0)`

  const { stdout } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', program],
    { encoding: 'utf8' },
  )

  expect(stdout).toContain(join(within, 'some-'))
  expect(await readdir(within)).toEqual([])
})

it('is refused where there is no place for it', async () => {
  const nowhere = join(within, 'nope')

  await expect(temporaryFolder('some-', { within: nowhere })).rejects.toMatchObject({
    code: 'no_temporary_folder',
    message: `no temporary folder can be made in ${nowhere}: there is no such folder.`,
    advice: expect.stringContaining('TMPDIR'),
  })
})
