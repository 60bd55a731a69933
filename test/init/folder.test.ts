import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { openFolder } from '../../lib/adapters/folder.ts'
import { folderFacts } from '../../lib/init/folder-facts.ts'
import { initialise } from '../../lib/init/initialise.ts'
import { temporaryFolder } from './temporary-folder.ts'

const init = (folder: string, force = false) =>
  initialise({ folder: openFolder(folder), env: {}, said: {}, force })

describe('a folder that means harm, or is only odd', () => {
  it('has a Dockerfile of 10 MB: it is not read, and that is said', async () => {
    const folder = temporaryFolder({ Dockerfile: 'EXPOSE 80\n'.repeat(1_000_000) })

    const { findings, processes } = await init(folder)

    expect(findings).toContainEqual({ found: 'Dockerfile was not read: it has 9766 KB', wrote: 'nothing' })
    expect(processes).toEqual([{ name: 'default', kind: 'web' }])
  })

  it('has a Compose file that builds from elsewhere: that is said, and nothing is written of it', async () => {
    const folder = temporaryFolder({
      Dockerfile: 'EXPOSE 80',
      'compose.yml':
        'services:\n  web: { build: . }\n  other: { build: ../other }\n  jobs: { build: { context: app, dockerfile: ../Dockerfile.jobs } }\n',
    })

    const { findings, processes } = await init(folder)

    expect(processes).toHaveLength(1)
    expect(findings).toContainEqual({
      found: 'compose.yml, other',
      wrote: 'nothing: it is built from ../other, which is not in this folder',
    })
    expect(findings.find(({ found }) => found === 'compose.yml, jobs')?.wrote).toContain('../Dockerfile.jobs')
  })

  it('has links in circles: none is followed to a folder, a link to a Dockerfile is', async () => {
    const folder = temporaryFolder({ 'real/web.txt': 'EXPOSE 4000' })
    symlinkSync('.', join(folder, 'loop'))
    symlinkSync('..', join(folder, 'real', 'up'))
    symlinkSync('Procfile', join(folder, 'Procfile'))
    symlinkSync('real/web.txt', join(folder, 'Dockerfile'))

    const { dockerfiles, troubles } = await folderFacts(openFolder(folder))

    expect(dockerfiles.map(({ folder, file, facts }) => [folder, file, facts.port])).toEqual([
      ['.', 'Dockerfile', 4000],
    ])
    expect(troubles).toEqual(['Procfile was not read: its links lead in circles'])
  })

  it('has a pipe and a folder called as files are: nothing waits for them', async () => {
    const folder = temporaryFolder()
    for (const file of ['Dockerfile', 'package.json'])
      execFileSync('python3', ['-c', 'import os, sys; os.mkfifo(sys.argv[1])', join(folder, file)])
    mkdirSync(join(folder, 'Procfile'))

    const { dockerfiles, troubles } = await folderFacts(openFolder(folder))

    expect(dockerfiles).toEqual([])
    expect(troubles).toEqual([
      'Procfile was not read: it is no file',
      'package.json was not read: it is no file',
    ])
  })

  it('has more folders than are looked at', async () => {
    const folder = temporaryFolder()
    for (let index = 0; index < 600; index++) mkdirSync(join(folder, `f${index}`))

    const { troubles } = await folderFacts(openFolder(folder))

    expect(troubles).toEqual(['only the first 500 folders were looked at for Dockerfiles'])
  })

  it('begins its files with a byte order mark', async () => {
    const folder = temporaryFolder({ 'package.json': '\uFEFF{"name":"cart"}' })

    expect((await init(folder)).app).toBe('cart')
  })
})

describe('the Git configuration', () => {
  const config = '[remote "origin"]\n url = git@github.com:example-org/shop.git\n'

  it('is found above the folder', async () => {
    const folder = temporaryFolder({ '.git/config': config, 'services/web/Dockerfile': '' })

    expect(await openFolder(join(folder, 'services/web')).gitConfig()).toBe(config)
  })

  it('is found from a worktree', async () => {
    const folder = temporaryFolder({
      'main/.git/config': config,
      'main/.git/worktrees/tree/commondir': '../..\n',
      'tree/.git': 'gitdir: ../main/.git/worktrees/tree\n',
    })

    expect(await openFolder(join(folder, 'tree')).gitConfig()).toBe(config)
  })
})

describe('writing', () => {
  it('puts tapit.yml and cdk.json in place, readable, and nothing besides', async () => {
    const folder = temporaryFolder()

    await init(folder)

    expect(readdirSync(folder)).toEqual(['cdk.json', 'tapit.yml'])
    expect(JSON.parse(readFileSync(join(folder, 'cdk.json'), 'utf8'))).toEqual({ app: 'npx tapit-cdk' })
    expect(statSync(join(folder, 'tapit.yml')).mode & 0o444).toBe(0o444)
  })

  it('refuses to take the place of a tapit.yml, and of a link that leads nowhere', async () => {
    const folder = temporaryFolder({ 'tapit.yml': 'app: mine\n' })
    const other = temporaryFolder()
    symlinkSync('gone', join(other, 'tapit.yml'))

    await expect(init(folder)).rejects.toMatchObject({ exitCode: 3, code: 'file_exists' })
    await expect(init(other)).rejects.toMatchObject({ exitCode: 3, code: 'file_exists' })
    expect(readFileSync(join(folder, 'tapit.yml'), 'utf8')).toBe('app: mine\n')
    expect(readdirSync(folder)).toEqual(['tapit.yml'])
  })

  it('takes its place with force', async () => {
    const folder = temporaryFolder({ 'tapit.yml': 'app: mine\n' })

    await init(folder, true)

    expect(readFileSync(join(folder, 'tapit.yml'), 'utf8')).toContain('app: shop\n')
  })

  it('leaves a tapit.yml that has come to be there while somebody was asked', async () => {
    const folder = temporaryFolder()
    const ask = () => {
      writeFileSync(join(folder, 'tapit.yml'), 'app: mine\n')
      return Promise.resolve('')
    }

    const work = initialise({ folder: openFolder(folder), env: {}, said: {}, force: false, ask })

    await expect(work).rejects.toMatchObject({ exitCode: 3, code: 'file_exists' })
    expect(readFileSync(join(folder, 'tapit.yml'), 'utf8')).toBe('app: mine\n')
    expect(readdirSync(folder)).toEqual(['tapit.yml'])
  })

  it('with force leaves a folder of that name alone, and nothing half done', async () => {
    const folder = temporaryFolder({ 'tapit.yml/keep': '' })

    await expect(init(folder, true)).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/^cdk\.json and tapit\.yml cannot be written in .*: it is a folder\.$/),
    })
    expect(readdirSync(folder)).toEqual(['tapit.yml'])
    expect(existsSync(join(folder, 'tapit.yml/keep'))).toBe(true)
  })

  it.runIf(process.getuid?.() === 0)(
    'says in a sentence that a folder cannot be written',
    { timeout: 30_000 },
    () => {
      const folder = temporaryFolder()
      chmodSync(join(folder, '..'), 0o755)
      chmodSync(folder, 0o555)
      const script = `
      import { openFolder } from ${JSON.stringify(new URL('../../lib/adapters/folder.ts', import.meta.url))}
      process.setuid(65534)
      const folder = openFolder(${JSON.stringify(folder)})
      const error = await folder.write([{ path: 'tapit.yml', text: 'x', replaces: false }]).catch(error => error)
      console.log(JSON.stringify([error.exitCode, error.message, error.advice]))`

      const said = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
        cwd: fileURLToPath(new URL('../..', import.meta.url)),
        encoding: 'utf8',
      })

      expect(JSON.parse(said)).toEqual([
        3,
        `tapit.yml cannot be written in ${folder}: permission denied.`,
        'Nothing was changed. Run it in a folder that you may write to.',
      ])
    },
  )

  it('says so of a folder that is gone', async () => {
    const work = openFolder('/nowhere/at/all').write([{ path: 'tapit.yml', text: '', replaces: false }])

    await expect(work).rejects.toMatchObject({
      exitCode: 3,
      message: 'tapit.yml cannot be written in /nowhere/at/all: the folder is not there.',
    })
  })
})
