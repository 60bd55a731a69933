import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openFolder } from '../../lib/adapters/folder.ts'
import { main } from '../../lib/cli/main.ts'
import type { Io, Output } from '../../lib/cli/io.ts'
import { temporaryFolder } from '../init/temporary-folder.ts'

type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string }

async function run(cwd: string, ...argv: readonly string[]): Promise<Ran> {
  const written = { stdout: '', stderr: '' }
  const output = (name: keyof typeof written): Output => ({
    isTTY: false,
    write: text => void (written[name] += text),
    columns: () => undefined,
    rows: () => undefined,
  })
  const io: Io = {
    stdout: output('stdout'),
    stderr: output('stderr'),
    env: {},
    cwd,
    clock: { now: () => 0, sleep: () => Promise.resolve() },
    version: '1.2.3',
    onInterrupt: () => () => {},
    leave: () => {},
    openFolder: path => Promise.resolve(openFolder(path)),
  }
  const code = await main(['create', 'dockerfile', ...argv], io)
  return { code, ...written }
}

const server = {
  'package.json': '{"scripts":{"start":"node server.js"},"engines":{"node":"22"}}',
  'server.js': 'app.listen(process.env.PORT ?? 3000)\n',
}

describe('tapit create dockerfile', () => {
  it('writes the Dockerfile and the .dockerignore, says what it saw and why, and what is next', async () => {
    const cwd = temporaryFolder(server)

    expect(await run(cwd)).toEqual({
      code: 0,
      stderr: '',
      stdout: `wrote Dockerfile and .dockerignore for Node 22, because of:
  - Node 22: "engines" in package.json
  - npm: no lockfile names another
  - start: "start" in package.json, "node server.js"
  - port 3000: server.js, where PORT says no other

next:
  port: 3000 in tapit.yml, where the process has none yet
  tapit image build
`,
    })
    expect(readFileSync(join(cwd, 'Dockerfile'), 'utf8')).toContain('FROM node:22-slim\n')
    expect(readFileSync(join(cwd, '.dockerignore'), 'utf8')).toContain('\n**/node_modules\n')
  })

  it('writes into the folder that path names', async () => {
    const cwd = temporaryFolder({
      'services/web/go.mod': 'module x\n\ngo 1.25\n',
      'services/web/main.go': 'package main\n',
    })

    const { code, stdout } = await run(cwd, 'path=services/web')

    expect(code).toBe(0)
    expect(stdout).toContain('wrote services/web/Dockerfile and services/web/.dockerignore for Go 1.25')
    expect(stdout).toContain('worth knowing:\n  - nothing in it seems to serve HTTP')
    expect(stdout).toContain('kind: worker in tapit.yml')
    expect(readdirSync(join(cwd, 'services/web'))).toEqual([
      '.dockerignore',
      'Dockerfile',
      'go.mod',
      'main.go',
    ])
  })

  it('says that a process of tapit.yml must name the folder, where that is another than the one that is built else', async () => {
    const cwd = temporaryFolder({
      'services/web/package.json': server['package.json'],
      'services/web/server.js': 'app.listen(8080)\n',
    })

    const { stdout } = await run(cwd, 'path=services/web')

    expect(stdout).toContain(
      'next:\n  path: services/web in tapit.yml, for the process that runs it\n  tapit image build\n',
    )
  })

  it('names the folder from the one of tapit.yml, which may be further up', async () => {
    const cwd = temporaryFolder({
      'tapit.yml': 'app: shop\n',
      'services/web/package.json': server['package.json'],
    })

    const below = await run(join(cwd, 'services/web'))
    const beside = await run(temporaryFolder({ 'tapit.yml': 'app: shop\n', ...server }))

    expect(below.stdout).toContain('next:\n  path: services/web in tapit.yml, for the process')
    expect(beside.stdout).not.toContain('  path: ')
  })

  it('leaves a .dockerignore as it is', async () => {
    const cwd = temporaryFolder({ ...server, '.dockerignore': 'mine\nnode_modules\n' })

    const { stdout } = await run(cwd)

    expect(stdout).toContain('wrote Dockerfile for Node 22')
    expect(readFileSync(join(cwd, '.dockerignore'), 'utf8')).toBe('mine\nnode_modules\n')
  })

  it('with --dry-run prints the Dockerfile alone, so that it can be piped, tells the rest beside it, and writes nothing', async () => {
    const cwd = temporaryFolder(server)

    const { code, stdout, stderr } = await run(cwd, '--dry-run')

    expect({ code, files: readdirSync(cwd) }).toEqual({ code: 0, files: ['package.json', 'server.js'] })
    expect(stderr).toContain('would write Dockerfile and .dockerignore for Node 22, because of:\n')
    expect((await run(cwd)).code).toBe(0)
    expect(stdout).toBe(readFileSync(join(cwd, 'Dockerfile'), 'utf8'))
  })

  it('with -o json prints one document', async () => {
    const cwd = temporaryFolder({ ...server, 'package-lock.json': '{}' })

    const { stdout, stderr } = await run(cwd, '-o', 'json')

    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      path: '.',
      runtime: 'node',
      version: '22',
      packageManager: 'npm',
      command: ['node', 'server.js'],
      port: 3000,
      reasons: expect.arrayContaining(['npm: package-lock.json']),
      warnings: [],
      isWritten: true,
      files: ['Dockerfile', '.dockerignore'].map(path => ({
        path,
        text: readFileSync(join(cwd, path), 'utf8'),
      })),
    })
  })

  it('with -o json and --dry-run writes nothing but the document', async () => {
    const cwd = temporaryFolder(server)

    const { stdout, stderr } = await run(cwd, '-o', 'json', '--dry-run')

    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject({
      isWritten: false,
      files: [{ path: 'Dockerfile' }, { path: '.dockerignore' }],
    })
    expect(existsSync(join(cwd, 'Dockerfile'))).toBe(false)
  })

  it.each([['--dry-run'], []])('refuses where a Dockerfile is there, with %j', async (...flags) => {
    const cwd = temporaryFolder({ ...server, Dockerfile: 'FROM mine\n' })

    const { code, stdout, stderr } = await run(cwd, ...flags)

    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toContain('Dockerfile is there, and stays as it is.')
    expect(readFileSync(join(cwd, 'Dockerfile'), 'utf8')).toBe('FROM mine\n')
  })

  it('refuses what it does not know: says what it saw, why that is not enough, and how to write a Dockerfile', async () => {
    const { code, stderr } = await run(temporaryFolder({ 'Cargo.toml': '', 'src/main.rs': '' }))

    expect(code).toBe(3)
    expect(stderr).toContain(
      'what runs in this folder is not known: Cargo.toml is of Rust, for which tapit has no Dockerfile.',
    )
    expect(stderr).toContain('Seen: Cargo.toml and src/.')
    expect(stderr).toContain('Write a Dockerfile: FROM an image of its language')
  })

  it.each([
    ['..', 'path ".." is outside of this folder.'],
    ['/etc', 'path "/etc" is outside of this folder.'],
    ['services/../../x', 'path "services/../../x" is outside of this folder.'],
    ['nowhere', 'there is no folder "nowhere".'],
    ['server.js', 'there is no folder "server.js".'],
    ['', 'path'],
  ])('refuses the path %j', async (path, sentence) => {
    const cwd = temporaryFolder(server)

    const { code, stdout, stderr } = await run(cwd, `path=${path}`)

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(sentence)
    expect(readdirSync(dirname(cwd))).toEqual(['shop'])
  })

  it('shows nothing that a terminal would obey', async () => {
    const cwd = temporaryFolder({
      'package.json': JSON.stringify({ scripts: { start: 'node server.js \u001b[31m' } }),
    })
    writeFileSync(join(cwd, 'server.js'), '')

    const { stdout, stderr } = await run(cwd)

    expect(stdout + stderr).not.toContain('\u001b')
    expect(readFileSync(join(cwd, 'Dockerfile'), 'utf8')).not.toContain('\u001b')
  })
})
