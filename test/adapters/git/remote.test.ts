import { existsSync } from 'node:fs'
import { chmod, lstat, readFile, readlink, readdir, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openGit } from '../../../lib/adapters/git/git.ts'
import { systemClock } from '../../../lib/adapters/system-clock.ts'
import type { ResolvedSource } from '../../../lib/build/ports.ts'
import { fakeClock } from '../fake-clock.ts'
import {
  type Served,
  gitBackend,
  newRepository,
  plainEnvironment,
  serve,
  temporaryFolders,
  trap,
} from './repositories.ts'

const folders = temporaryFolders()
const servers: Served[] = []
beforeEach(async () => {
  // What others clone in the meantime is not ours to count.
  vi.stubEnv('TMPDIR', await folders.make())
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await Promise.all(servers.splice(0).map(server => server.close()))
  await folders.removeAll()
})

const git = openGit({ env: plainEnvironment, clock: systemClock })

function clone(source: ResolvedSource, { signal = new AbortController().signal } = {}) {
  const told: string[] = []
  return git.clone(source, { signal, tell: line => told.push(line) }).then(cloned => ({ ...cloned, told }))
}

const quiet = { signal: new AbortController().signal, tell: () => {} }

/** As if the user's own configuration said so. */
function configured(key: string, value: string) {
  return {
    ...plainEnvironment,
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: key,
    GIT_CONFIG_VALUE_0: value,
  }
}

async function served(listener: Parameters<typeof serve>[0]): Promise<string> {
  const server = await serve(listener)
  servers.push(server)
  return server.url
}

describe('resolving a source', () => {
  it('takes the branch that HEAD of the remote names', async () => {
    const repository = await newRepository(await folders.make())
    const commit = await repository.commit()

    expect(await git.resolve({ url: repository.url })).toEqual({ url: repository.url, ref: 'main', commit })
  })

  it('takes branches, tags (what they name), full names, commits, and beginnings of commits that are named', async () => {
    const repository = await newRepository(await folders.make())
    const first = await repository.commit()
    await repository.git('tag', '--annotate', '--message=x', 'v1.0.0')
    const second = await repository.commit()
    await repository.git('branch', 'feature/x')
    const resolve = async (ref: string) => {
      const { url: _, ...rest } = await git.resolve({ url: repository.url, ref })
      return rest
    }

    expect(await resolve('feature/x')).toEqual({ ref: 'feature/x', commit: second })
    expect(await resolve('refs/heads/feature/x')).toEqual({ ref: 'feature/x', commit: second })
    expect(await resolve('v1.0.0')).toEqual({ ref: 'v1.0.0', commit: first })
    expect(await resolve('refs/tags/v1.0.0')).toEqual({ ref: 'v1.0.0', commit: first })
    expect(await resolve(first)).toEqual({ ref: first, commit: first })
    expect(await resolve(second.slice(0, 8))).toEqual({ ref: second, commit: second })
  })

  it('does not take the end of a name for the name', async () => {
    const repository = await newRepository(await folders.make())
    await repository.commit()
    await repository.git('branch', 'feature/x')

    await expect(git.resolve({ url: repository.url, ref: 'x' })).rejects.toMatchObject({
      code: 'no_such_ref',
    })
  })

  it('refuses an unknown ref and names the nearest', async () => {
    const repository = await newRepository(await folders.make())
    await repository.commit()

    await expect(git.resolve({ url: repository.url, ref: 'mian' })).rejects.toMatchObject({
      code: 'no_such_ref',
      exitCode: 3,
      message: `${repository.url} has no branch or tag "mian". Did you mean main?`,
      advice: `Its branches and tags: git ls-remote ${repository.url}`,
    })
  })

  it('refuses the beginning of a commit that no branch or tag names, and wants all of it', async () => {
    const repository = await newRepository(await folders.make())
    const first = await repository.commit()
    await repository.commit()

    await expect(git.resolve({ url: repository.url, ref: first.slice(0, 12) })).rejects.toMatchObject({
      code: 'no_such_ref',
      advice: expect.stringContaining('all of its 40 digits'),
    })
  })

  it('refuses a name that is a branch and a tag of different commits', async () => {
    const repository = await newRepository(await folders.make())
    await repository.commit()
    await repository.git('tag', 'release')
    const second = await repository.commit()
    await repository.git('branch', 'release')

    await expect(git.resolve({ url: repository.url, ref: 'release' })).rejects.toMatchObject({
      code: 'ambiguous_ref',
      advice: 'Say which: ref=refs/heads/release or ref=refs/tags/release.',
    })
    expect(await git.resolve({ url: repository.url, ref: 'refs/heads/release' })).toMatchObject({
      commit: second,
    })
  })

  it('refuses an empty repository', async () => {
    const repository = await newRepository(await folders.make())

    await expect(git.resolve({ url: repository.url })).rejects.toMatchObject({ code: 'no_such_ref' })
  })

  it('refuses a repository that is not there', async () => {
    await expect(git.resolve({ url: 'file:///nowhere/shop.git' })).rejects.toMatchObject({
      code: 'no_such_source',
      exitCode: 3,
      message: 'file:///nowhere/shop.git cannot be read: there is no such repository, or you may not see it.',
    })
  })

  it.each([
    [401, 'it wants a user name and a password, or refuses those that it got'],
    [403, 'it wants a user name and a password, or refuses those that it got'],
    [404, 'there is no such repository, or you may not see it'],
  ])('refuses a repository whose server says %d, and asks nobody for a password', async (status, why) => {
    const host = await served((_, response) => {
      response.writeHead(status, { 'www-authenticate': 'Basic realm="x"' }).end()
    })
    const url = `${host}/shop.git`

    await expect(git.resolve({ url })).rejects.toMatchObject({
      code: 'no_such_source',
      message: `${url} cannot be read: ${why}.`,
    })
  })

  it.each([
    ['Permission denied (publickey).', 'ssh has no key that it takes'],
    ['Host key verification failed.', 'ssh does not know the key of its host'],
    ['ssh: Could not resolve hostname h: Name or service not known', 'there is no host of this name'],
    ['ERROR: Repository not found.', 'there is no such repository, or you may not see it'],
    [
      'ssh: connect to host h port 22: Connection refused',
      'ssh: connect to host h port 22: Connection refused',
    ],
  ])('says what ssh says: %s', async (said, why) => {
    const folder = await folders.make()
    await writeFile(join(folder, 'ssh'), `#!/bin/sh\nenv > '${folder}/env'\necho '${said}' >&2\nexit 255\n`)
    await chmod(join(folder, 'ssh'), 0o755)
    const env = { ...plainEnvironment, GIT_SSH: join(folder, 'ssh'), GIT_ASKPASS: 'ask', SSH_ASKPASS: 'ask' }

    await expect(
      openGit({ env, clock: systemClock }).resolve({ url: 'git@h:shop.git' }),
    ).rejects.toMatchObject({
      code: 'no_such_source',
      message: `git@h:shop.git cannot be read: ${why}.`,
    })
    expect((await readFile(join(folder, 'env'), 'utf8')).split('\n')).toEqual(
      expect.arrayContaining(['GIT_ASKPASS=', 'GIT_TERMINAL_PROMPT=0', 'SSH_ASKPASS_REQUIRE=never']),
    )
  })

  it('says what keeps a connection from coming about', async () => {
    const server = await serve(() => {})
    await server.close()

    await expect(git.resolve({ url: `${server.url}/shop.git` })).rejects.toMatchObject({
      message: expect.stringMatching(/^http:\S+ cannot be read: Failed to connect to 127\.0\.0\.1 /),
    })
  })

  it('says what a server says that fails otherwise', async () => {
    const host = await served((_, response) => void response.writeHead(503).end())

    await expect(git.resolve({ url: `${host}/shop.git` })).rejects.toMatchObject({
      code: 'no_such_source',
      message: expect.stringContaining('503'),
    })
  })

  it('gives up on a server that never answers', async () => {
    const host = await served(() => {})
    const impatient = openGit({ env: plainEnvironment, clock: fakeClock() })

    await expect(impatient.resolve({ url: `${host}/shop.git` })).rejects.toMatchObject({
      code: 'no_such_source',
      message: expect.stringContaining('it has not answered for 30 s'),
    })
  })

  it('refuses where there is no Git', async () => {
    const none = openGit({ env: { PATH: await folders.make() }, clock: systemClock })

    await expect(none.resolve({ url: 'https://example.com/shop' })).rejects.toMatchObject({ code: 'no_git' })
  })

  it('takes nothing from the settings of a repository that we stand in', async () => {
    const repository = await newRepository(await folders.make())
    const here = await newRepository(await folders.make())
    const commit = await repository.commit()
    await here.git('config', `url.file:///nowhere/.insteadOf`, 'file:///')
    const inside = openGit({
      env: { ...plainEnvironment, GIT_DIR: join(here.folder, '.git') },
      clock: systemClock,
    })

    expect(await inside.resolve({ url: repository.url })).toMatchObject({ commit })
  })
})

describe('hostile words', () => {
  it.each([
    ['--upload-pack=touch /tmp/x'],
    ['-uhttps://example.com'],
    ['ext::sh -c touch% /tmp/x'],
    ['ext::https://example.com'],
    ['fd::17'],
    ['https://example.com/a b'],
    ['https://example.com/a\nb'],
    ['https://example.com/a\u0000b'],
    ['https://example.com/\u001b[2J'],
    ['ssh://-oProxyCommand=touch/x'],
    ['ssh://-oProxyCommand=touch@host/x'],
    ['git@-oProxyCommand=x:y'],
    ['-git@host:y'],
    ['git@host:-y'],
    ['ssh://git@host/-y'],
    ['https://'],
    ['https:///nohost'],
    ['file://host/share'],
    ['C:\\shop'],
    ['../shop'],
    ['/srv/shop'],
    ['shop'],
    ['ftp://example.com/shop'],
    ['javascript:alert(1)'],
    [''],
    [`https://example.com/${'x'.repeat(3000)}`],
  ])('are no source: %j', async url => {
    await expect(git.resolve({ url })).rejects.toMatchObject({ code: 'bad_source', exitCode: 2 })
    await expect(clone({ url, ref: 'main', commit: '0'.repeat(40) })).rejects.toMatchObject({
      code: 'bad_source',
    })
  })

  it.each([
    ['--upload-pack=x'],
    ['-x'],
    [''],
    ['a b'],
    ['a\nb'],
    ['a..b'],
    ['a@{1}'],
    ['main:x'],
    ['main^{/x}'],
    ['main~1'],
    ['*'],
    ['a\\b'],
    ['/main'],
    ['main/'],
    ['a//b'],
    ['a/.b'],
    ['.a'],
    ['a.lock'],
    ['@'],
    ['\u001b[2J'],
    ['x'.repeat(300)],
  ])('are no ref: %j', async ref => {
    await expect(git.resolve({ url: 'file:///nowhere', ref })).rejects.toMatchObject({
      code: 'bad_ref',
      exitCode: 2,
    })
  })

  it('are not repeated with a password in them', async () => {
    const refused: unknown = await git
      .resolve({ url: 'ext::https://ada:hunter2@host/x' })
      .catch((error: unknown) => error)

    expect(String(refused)).not.toContain('hunter2')
  })
})

describe('a clone', () => {
  it('holds the one commit that was asked for, and no history', async () => {
    const repository = await newRepository(await folders.make())
    await repository.commit({ 'a.txt': 'first' })
    const commit = await repository.commit({ 'a.txt': 'second' })
    await repository.commit({ 'a.txt': 'third' })
    const cloned = await clone({ url: repository.url, ref: 'main', commit })
    const inside = await newRepository(cloned.folder)

    expect(await readFile(join(cloned.folder, 'a.txt'), 'utf8')).toBe('second')
    expect(await inside.git('log', '--format=%H')).toBe(commit)
    expect(await git.workTree(cloned.folder)).toMatchObject({ commit, isDirty: false })
    expect(cloned).toMatchObject({ commit, lacks: [] })
    await cloned.remove()
  })

  it('is a folder that nobody else can look into, and goes when it is removed', async () => {
    const repository = await newRepository(await folders.make())
    const commit = await repository.commit({ 'a.txt': 'a' })
    const { folder, remove } = await clone({ url: repository.url, ref: 'main', commit })
    const { mode } = await stat(folder)
    await remove()
    await remove()

    expect((mode & 0o777).toString(8)).toBe('700')
    expect(existsSync(folder)).toBe(false)
  })

  it('says how it comes along', async () => {
    const repository = await newRepository(await folders.make())
    const commit = await repository.commit({ 'a.txt': 'a' })
    const { told, remove } = await clone({ url: repository.url, ref: 'main', commit })
    await remove()

    expect(told.join('\n')).toMatch(/Counting objects: 100%/)
    expect(told.every(line => !/\p{Cc}/u.test(line))).toBe(true)
  })

  it('says that it lacks submodules and large files, and fetches neither', async () => {
    const inner = await newRepository(await folders.make())
    await inner.commit({ 'inner.txt': 'x' })
    const outer = await newRepository(await folders.make())
    await outer.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.url, 'inner')
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12345\n`
    const commit = await outer.commit({ '.gitattributes': '*.bin filter=lfs -text\n', 'big.bin': pointer })
    const { program, mark } = await trap(await folders.make())
    const withLfs = openGit({ env: configured('filter.lfs.smudge', program), clock: systemClock })
    const { folder, lacks, remove } = await withLfs.clone({ url: outer.url, ref: 'main', commit }, quiet)
    const files = await readdir(join(folder, 'inner'))
    const big = await readFile(join(folder, 'big.bin'), 'utf8')
    await remove()

    expect(lacks).toEqual(['submodules', 'lfs'])
    expect(files).toEqual([])
    expect(big).toBe(pointer)
    expect(existsSync(mark)).toBe(false)
  })

  it('lacks no large files where only .gitattributes speaks of them', async () => {
    const repository = await newRepository(await folders.make())
    const commit = await repository.commit({ '.gitattributes': '*.bin filter=lfs\n' })
    const { lacks, remove } = await clone({ url: repository.url, ref: 'main', commit })
    await remove()

    expect(lacks).toEqual([])
  })

  it('keeps links that lead outside as links', async () => {
    const repository = await newRepository(await folders.make())
    await symlink('/etc/passwd', join(repository.folder, 'link'))
    const commit = await repository.commit()
    const { folder, remove } = await clone({ url: repository.url, ref: 'main', commit })
    const link = await lstat(join(folder, 'link'))
    const target = await readlink(join(folder, 'link'))
    await remove()

    expect(link.isSymbolicLink()).toBe(true)
    expect(target).toBe('/etc/passwd')
  })

  it('has the line ends of the repository, whatever the user’s own are', async () => {
    const repository = await newRepository(await folders.make())
    const commit = await repository.commit({ 'run.sh': 'a\nb\n', '.gitattributes': '* text=auto\n' })
    const windows = openGit({ env: configured('core.autocrlf', 'true'), clock: systemClock })
    const { folder, remove } = await windows.clone({ url: repository.url, ref: 'main', commit }, quiet)
    const text = await readFile(join(folder, 'run.sh'), 'utf8')
    await remove()

    expect(text).toBe('a\nb\n')
  })

  it('runs no hook, not even the user’s own', async () => {
    const repository = await newRepository(await folders.make())
    const commit = await repository.commit({ 'a.txt': 'a' })
    const hooks = await folders.make()
    const { mark } = await trap(hooks)
    const hooked = openGit({ env: configured('core.hooksPath', hooks), clock: systemClock })
    const { remove } = await hooked.clone({ url: repository.url, ref: 'main', commit }, quiet)
    await remove()

    expect(existsSync(mark)).toBe(false)
  })

  it('comes over HTTP, with user and password that are told to nobody', async () => {
    const root = await folders.make()
    const repository = await newRepository(join(root, 'shop'))
    const commit = await repository.commit({ 'a.txt': 'a' })
    const backend = gitBackend(root)
    const seen = new Set<string | undefined>()
    const host = await served((request, response) => {
      seen.add(request.headers.authorization)
      if (request.headers.authorization === `Basic ${btoa('ada:hunt%er2')}`) backend(request, response)
      else response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
    })
    const url = `${host.replace('//', '//ada:hunt%25er2@')}/shop`
    const source = await git.resolve({ url, ref: 'main' })
    const cloned = await clone(source)
    const config = await readFile(join(cloned.folder, '.git/config'), 'utf8')
    await cloned.remove()

    expect(source).toEqual({ url: `${host}/shop`, ref: 'main', commit })
    expect(seen.size).toBe(2)
    expect(`${config}${cloned.told.join()}`).not.toContain('hunt')
  })

  it('comes from a server that serves no single commit, by all that it has', async () => {
    const root = await folders.make()
    const repository = await newRepository(join(root, 'shop'))
    const commit = await repository.commit({ 'a.txt': 'first' })
    await repository.commit({ 'a.txt': 'second' })
    const backend = gitBackend(root)
    // As of protocol 0, where only what is advertised can be wanted.
    const host = await served((request, response) => {
      delete request.headers['git-protocol']
      backend(request, response)
    })
    const cloned = await clone({ url: `${host}/shop`, ref: commit, commit })
    const text = await readFile(join(cloned.folder, 'a.txt'), 'utf8')
    await cloned.remove()

    expect(text).toBe('first')
    expect(cloned.told.join('\n')).toMatch(/unadvertised|not our ref/)
  })

  it('refuses a commit that is not there', async () => {
    const repository = await newRepository(await folders.make())
    await repository.commit({ 'a.txt': 'a' })
    const before = await clonesLeft()
    const commit = 'a'.repeat(40)

    await expect(clone({ url: repository.url, ref: commit, commit })).rejects.toMatchObject({
      code: 'no_such_ref',
      message: `${repository.url} has no commit ${commit} on any of its branches and tags.`,
    })
    expect(await clonesLeft()).toEqual(before)
  })

  it('leaves nothing behind when it is stopped in the middle', async () => {
    const root = await folders.make()
    const repository = await newRepository(join(root, 'shop'))
    const commit = await repository.commit({ 'a.txt': 'a' })
    const before = await clonesLeft()
    const stop = new AbortController()
    const backend = gitBackend(root)
    const host = await served((request, response) => {
      if (request.method === 'GET') backend(request, response)
      else stop.abort()
    })

    await expect(clone({ url: `${host}/shop`, ref: 'main', commit }, stop)).rejects.toMatchObject({
      name: 'AbortError',
    })
    expect(await clonesLeft()).toEqual(before)
  })

  it('gives up on a server that falls silent, and leaves nothing behind', async () => {
    const host = await served(() => {})
    const before = await clonesLeft()
    const impatient = openGit({ env: plainEnvironment, clock: atOnceAfter(systemClock) })
    const source = { url: `${host}/shop`, ref: 'main', commit: 'a'.repeat(40) }

    await expect(impatient.clone(source, quiet)).rejects.toMatchObject({
      code: 'no_such_source',
      message: expect.stringContaining('it has not answered for 120 s'),
    })
    expect(await clonesLeft()).toEqual(before)
  })
})

/** A clock by which two minutes are over after a fifth of a second. */
function atOnceAfter(clock: typeof systemClock): typeof systemClock {
  const begun = clock.now()
  return {
    now: () => begun + (clock.now() - begun) * 600,
    sleep: (milliseconds, signal) => clock.sleep(milliseconds / 600, signal),
  }
}

async function clonesLeft(): Promise<readonly string[]> {
  const all = await readdir(tmpdir())
  return all.filter(name => name.startsWith('tapit-clone-')).toSorted()
}
