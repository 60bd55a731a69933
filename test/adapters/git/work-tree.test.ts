import { existsSync } from 'node:fs'
import { rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openGit } from '../../../lib/adapters/git/git.ts'
import { systemClock } from '../../../lib/adapters/system-clock.ts'
import { type Repository, newRepository, plainEnvironment, temporaryFolders, trap } from './repositories.ts'

const folders = temporaryFolders()
afterEach(() => folders.removeAll())

const { workTree } = openGit({ env: plainEnvironment, clock: systemClock })

describe('a working tree', () => {
  it('is told with its root, commit, branch and origin', async () => {
    const repository = await newRepository(await folders.make())
    const commit = await repository.commit({ 'services/web/index.js': '' })
    await repository.git('remote', 'add', 'origin', 'git@github.com:example-org/shop.git')

    expect(await workTree(join(repository.folder, 'services/web'))).toEqual({
      root: repository.folder,
      commit,
      branch: 'main',
      isDirty: false,
      origin: 'git@github.com:example-org/shop.git',
    })
  })

  it.each([
    ['a new file', { 'new.txt': 'x' }],
    ['a changed one', { 'a.txt': 'changed' }],
  ])('is dirty with %s', async (_, files) => {
    const repository = await newRepository(await folders.make())
    await repository.commit({ 'a.txt': 'a' })
    await repository.write(files)

    expect(await workTree(repository.folder)).toMatchObject({ isDirty: true })
  })

  it('is not dirty with what Git ignores, nor with a file that was only touched', async () => {
    const repository = await newRepository(await folders.make())
    await repository.commit({ 'a.txt': 'a', '.gitignore': 'node_modules\n' })
    await repository.write({ 'node_modules/x.js': 'x' })
    await utimes(join(repository.folder, 'a.txt'), 1, 1)

    expect(await workTree(repository.folder)).toMatchObject({ isDirty: false })
  })

  it('names the highest of the tags of its commit, and none of others', async () => {
    const repository = await newRepository(await folders.make())
    await repository.commit()
    await repository.git('tag', 'v9.0.0')
    await repository.commit({ 'a.txt': 'a' })
    const untagged = await workTree(repository.folder)
    await repository.git('tag', 'v1.9.0')
    await repository.git('tag', '--annotate', '--message=x', 'v1.10.0')

    expect(untagged).not.toHaveProperty('tag')
    expect(await workTree(repository.folder)).toMatchObject({ tag: 'v1.10.0', branch: 'main' })
  })

  it('has no branch on a detached HEAD', async () => {
    const repository = await newRepository(await folders.make())
    const commit = await repository.commit()
    await repository.git('checkout', '--quiet', '--detach')

    expect(await workTree(repository.folder)).toEqual({ root: repository.folder, commit, isDirty: false })
  })

  it('may be a worktree beside the repository', async () => {
    const repository = await newRepository(await folders.make())
    const commit = await repository.commit()
    const beside = join(await folders.make(), 'beside')
    await repository.git('worktree', 'add', '--quiet', '-b', 'feature/x', beside)

    expect(await workTree(beside)).toEqual({ root: beside, commit, branch: 'feature/x', isDirty: false })
  })

  it('may be a submodule, which makes the tree around it dirty when it is', async () => {
    const inner = await newRepository(await folders.make())
    const commit = await inner.commit({ 'a.txt': 'a' })
    const outer = await newRepository(await folders.make())
    await outer.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.url, 'inner')
    await outer.commit()
    const clean = await workTree(outer.folder)
    await outer.write({ 'inner/a.txt': 'changed' })

    expect(clean).toMatchObject({ isDirty: false })
    expect(await workTree(outer.folder)).toMatchObject({ isDirty: true })
    expect(await workTree(join(outer.folder, 'inner'))).toMatchObject({
      root: join(outer.folder, 'inner'),
      commit,
      isDirty: true,
      origin: inner.url,
    })
  })

  it('is that of the folder, whatever a hook around us says', async () => {
    const repository = await newRepository(await folders.make())
    const commit = await repository.commit()
    const other = await newRepository(await folders.make())
    const env = { ...plainEnvironment, GIT_DIR: join(other.folder, '.git'), GIT_WORK_TREE: other.folder }

    expect(await openGit({ env, clock: systemClock }).workTree(repository.folder)).toMatchObject({ commit })
  })

  it.each([
    ['https://ada:hunter2@example.com/shop.git', 'https://example.com/shop.git'],
    ['https://token@example.com/shop.git', 'https://example.com/shop.git'],
    ['ssh://git:hunter2@example.com/shop.git', 'ssh://git@example.com/shop.git'],
    ['codecommit::eu-west-1://ada:hunter2@shop', 'codecommit::eu-west-1://shop'],
    ['/srv/git/shop.git', '/srv/git/shop.git'],
  ])('tells the origin %s without a password', async (url, origin) => {
    const repository = await newRepository(await folders.make())
    await repository.commit()
    await repository.git('remote', 'add', 'origin', url)

    expect((await workTree(repository.folder))?.origin).toBe(origin)
  })

  it('is absent outside of a repository, in one without a commit, in .git, and in a folder that is not there', async () => {
    const folder = await folders.make()
    const empty = await newRepository(join(folder, 'empty'))

    expect(await workTree(folder)).toBeUndefined()
    expect(await workTree(empty.folder)).toBeUndefined()
    expect(await workTree(join(empty.folder, '.git'))).toBeUndefined()
    expect(await workTree(join(folder, 'nowhere'))).toBeUndefined()
  })

  it('is absent where there is no Git', async () => {
    const repository = await newRepository(await folders.make())
    await repository.commit()
    const env = { PATH: await folders.make() }

    expect(await openGit({ env, clock: systemClock }).workTree(repository.folder)).toBeUndefined()
  })

  it('refuses one of another user, as Git does, and says how to trust it', async () => {
    const repository = await newRepository(await folders.make())
    await repository.commit()
    const env = { ...plainEnvironment, GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' }

    await expect(openGit({ env, clock: systemClock }).workTree(repository.folder)).rejects.toMatchObject({
      code: 'unsafe_repository',
      advice: `If you trust it: git config --global --add safe.directory ${repository.folder}`,
    })
  })

  it('refuses one that Git cannot read', async () => {
    const repository = await newRepository(await folders.make())
    await repository.commit({ 'a.txt': 'a' })
    await writeFile(join(repository.folder, '.git/index'), 'no index')

    await expect(workTree(repository.folder)).rejects.toMatchObject({ code: 'git_failed' })
  })

  it('changes nothing: the index stays as it is', async () => {
    const repository = await newRepository(await folders.make())
    await repository.commit({ 'a.txt': 'a' })
    await utimes(join(repository.folder, 'a.txt'), 1, 1)
    const before = await stat(join(repository.folder, '.git/index'))
    await workTree(repository.folder)
    const after = await stat(join(repository.folder, '.git/index'))

    expect(after.mtimeMs).toBe(before.mtimeMs)
    expect(after.ino).toBe(before.ino)
  })
})

describe('a hostile repository', () => {
  it.each([
    { by: 'core.fsmonitor', config: { 'core.fsmonitor': 'FOLDER/post-index-change' } },
    {
      by: 'a clean filter',
      config: { 'filter.evil.clean': 'FOLDER/post-index-change', 'filter.evil.required': 'true' },
    },
    { by: 'a filter process', config: { 'filter.evil.process': 'FOLDER/post-index-change' } },
    { by: 'hooks elsewhere', config: { 'core.hooksPath': 'FOLDER' } },
    {
      by: 'a promised object that is missing',
      lacksTree: true,
      config: {
        'extensions.partialClone': 'origin',
        'remote.origin.promisor': 'true',
        'remote.origin.url': '/nowhere',
        'remote.origin.uploadpack': 'FOLDER/post-index-change',
      },
    },
  ])('runs nothing of its own by $by', async ({ config, lacksTree = false }) => {
    const repository = await newRepository(await folders.make())
    await repository.commit({ 'a.txt': 'a', '.gitattributes': '* filter=evil\n' })
    const traps = await folders.make()
    const { mark } = await trap(traps)
    if (lacksTree) await removeTree(repository)
    for (const [key, value] of Object.entries(config)) {
      await repository.git('config', key, value.replace('FOLDER', traps))
    }
    await utimes(join(repository.folder, 'a.txt'), 1, 1)

    await workTree(repository.folder).catch(() => {})
    const isSprungByUs = existsSync(mark)
    await repository.git('status').catch(() => {})

    expect(isSprungByUs).toBe(false)
    expect(existsSync(mark), 'by Git without our care').toBe(true)
  })

  it('runs nothing out of a folder that looks like a bare repository', async () => {
    const repository = await newRepository(await folders.make())
    await repository.commit({ 'a.txt': 'a' })
    const traps = await folders.make()
    const { program, mark } = await trap(traps)
    await repository.git('config', 'core.fsmonitor', program)
    await repository.git('config', 'core.worktree', '.')
    const disguised = join(await folders.make(), 'fixtures')
    await rename(join(repository.folder, '.git'), disguised)

    const found = await workTree(disguised)
    const isSprungByUs = existsSync(mark)
    await repository.git('-C', disguised, 'status').catch(() => {})

    expect(found).toBeUndefined()
    expect(isSprungByUs).toBe(false)
    expect(existsSync(mark), 'by Git without our care').toBe(true)
  })
})

async function removeTree({ git, folder }: Repository): Promise<void> {
  const tree = await git('rev-parse', 'HEAD^{tree}')
  await rm(join(folder, '.git/objects', tree.slice(0, 2), tree.slice(2)))
}
