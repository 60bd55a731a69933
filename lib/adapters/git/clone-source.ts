import { tmpdir } from 'node:os'
import type { Clone, ResolvedSource } from '../../build/ports.ts'
import { Refusal } from '../../names/refusal.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { type Remote, refuseSource } from './remote.ts'
import type { GitAnswer } from './run-git.ts'

type CloneOptions = { readonly signal: AbortSignal; readonly tell: (line: string) => void }

/** One commit, without history, in a folder that only this user can look into. */
export async function cloneSource(
  source: ResolvedSource,
  remote: Remote,
  options: CloneOptions,
): Promise<Clone> {
  options.signal.throwIfAborted()
  const { path: folder, remove } = await temporaryFolder('tapit-clone-')
  try {
    return { folder, commit: source.commit, lacks: await fill(folder, source, remote, options), remove }
  } catch (error) {
    await remove()
    throw error
  }
}

async function fill(
  folder: string,
  source: ResolvedSource,
  remote: Remote,
  { signal, tell }: CloneOptions,
): Promise<Clone['lacks']> {
  const git = (words: readonly string[]): Promise<GitAnswer> =>
    remote.fetch(['-C', folder, ...words], { signal, tell })
  const local = async (words: readonly string[]): Promise<string> => {
    const answer = await remote.fetch(['-C', folder, ...words], { signal })
    return answer.isDone ? answer.stdout : refuseClone(source, answer)
  }
  await local(['init', '--quiet', '--template='])
  await fetchCommit(source, git)
  const checkout = await git(['checkout', '--detach', '--force', '--progress', source.commit, '--'])
  if (!checkout.isDone) refuseClone(source, checkout)
  const [submodules, lfs] = await Promise.all([
    local(['ls-files', '--stage', '-z']),
    local(['ls-files', '-z', '--', ':(top,attr:filter=lfs)']),
  ])
  const lacks: Clone['lacks'][number][] = []
  if (submodules.split('\0').some(entry => entry.startsWith(submoduleMode))) lacks.push('submodules')
  if (lfs !== '') lacks.push('lfs')
  return lacks
}

/** https://git-scm.com/docs/gitdatamodel: an entry that names a commit of another repository. */
const submoduleMode = '160000 '

/** By the commit itself; a server that only serves what its branches and tags name is asked for all of these, with their history. */
async function fetchCommit(
  source: ResolvedSource,
  git: (words: readonly string[]) => Promise<GitAnswer>,
): Promise<void> {
  const { url, commit } = source
  const alone = await git([...fetchWords, '--depth=1', '--', url, commit])
  if (alone.isDone) return
  if (!isRefused(alone)) refuseSource(url, alone)
  const all = await git([
    ...fetchWords,
    '--',
    url,
    '+refs/heads/*:refs/remotes/origin/*',
    '+refs/tags/*:refs/tags/*',
  ])
  if (!all.isDone) refuseSource(url, all)
  const found = await git(['cat-file', '-e', `${commit}^{commit}`])
  if (!found.isDone) refuseCommit(source)
}

const fetchWords = ['fetch', '--progress', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head']

function isRefused({ said }: GitAnswer): boolean {
  return said.some(line =>
    /not our ref|unadvertised object|couldn't find remote ref|shallow capabilities/i.test(line),
  )
}

function refuseCommit({ url, commit }: ResolvedSource): never {
  throw new Refusal({
    code: 'no_such_ref',
    message: `${url} has no commit ${commit} on any of its branches and tags.`,
    advice: 'It may have been rewritten since (a forced push), or be of another repository.',
  })
}

function refuseClone({ url, commit }: ResolvedSource, { said }: GitAnswer): never {
  const isFull = said.some(line => /no space left|disk quota/i.test(line))
  throw new Refusal({
    code: isFull ? 'disk_full' : 'clone_failed',
    message: isFull
      ? `there is no room for a clone of ${url} in ${tmpdir()}.`
      : `commit ${commit} of ${url} cannot be checked out: ${said.at(-1) ?? 'Git does not say why'}`,
    ...(isFull && { advice: 'Make room there, or set TMPDIR to a folder that has some.' }),
  })
}
