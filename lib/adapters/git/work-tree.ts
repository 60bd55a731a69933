import { gitAddress } from '../../build/git-address.ts'
import type { WorkTree } from '../../build/ports.ts'
import type { Clock } from '../../names/clock.ts'
import { Refusal } from '../../names/refusal.ts'
import {
  type GitSettings,
  type Variables,
  quietEnvironment,
  safeWords,
  withSettings,
} from './git-environment.ts'
import { type GitAnswer, runGit } from './run-git.ts'
import { withoutCredentials } from './without-credentials.ts'

/** A working tree on a slow disk may take its time; nobody waits longer for a name of an image. */
const silenceMs = 60_000

/** The working tree that a folder is in. What its own configuration would run (filters, hooks, monitors, fetches) is not run. */
export async function workTreeOf(
  folder: string,
  { env, clock }: { readonly env: Variables; readonly clock: Clock },
): Promise<WorkTree | undefined> {
  const quiet = quietEnvironment(env)
  const git = (words: readonly string[], settings: GitSettings = []): Promise<GitAnswer> =>
    runGit([...safeWords, '-C', folder, ...words], {
      env: withSettings(quiet, settings),
      clock,
      silenceMs,
    })
  const [top, config, tags] = await Promise.all([
    git(['rev-parse', '--show-toplevel']),
    git(['config', '--null', '--show-scope', '--get-regexp', '^(remote\\.origin\\.url|filter\\..*)$']),
    git(['for-each-ref', '--points-at=HEAD', '--sort=-version:refname', '--count=1', tagName, 'refs/tags/']),
  ])
  if (!top.isDone) return refuseIfUnsafe(top, folder)
  const settings = settingsIn(config.stdout)
  const status = await git(statusWords, disabled(settings))
  if (!status.isDone) refuseUnreadable(status, folder)
  const { commit, branch, isDirty } = statusIn(status)
  if (commit === undefined) return undefined
  const tag = tags.stdout.trim()
  const origin = originIn(settings)
  return {
    root: top.stdout.replace(/\r?\n$/, ''),
    commit,
    ...(branch !== undefined && { branch }),
    ...(tag !== '' && { tag }),
    isDirty,
    ...(origin !== undefined && { origin }),
  }
}

const tagName = '--format=%(refname:strip=2)'

const statusWords = [
  'status',
  '--porcelain=v2',
  '--branch',
  '--no-ahead-behind',
  '--no-renames',
  '--untracked-files=normal',
  '--ignore-submodules=none',
]

/** What a folder of another user would run is not known: Git asks that somebody says it is trusted, and so do we. */
function refuseIfUnsafe({ said }: GitAnswer, folder: string): undefined {
  if (!said.some(line => line.includes('dubious ownership'))) return undefined
  throw new Refusal({
    code: 'unsafe_repository',
    message: `Git does not read the repository of ${folder}: it belongs to another user.`,
    advice: `If you trust it: git config --global --add safe.directory ${folder}`,
  })
}

function refuseUnreadable({ said, isSilent }: GitAnswer, folder: string): never {
  const why = isSilent
    ? `it was not done within ${silenceMs / 1000} s`
    : (said.at(-1) ?? 'it does not say why')
  throw new Refusal({
    code: 'git_failed',
    message: `Git cannot tell how the working tree of ${folder} stands: ${why}.`,
    advice: `git -C ${folder} status shows more.`,
  })
}

type Setting = { readonly scope: string; readonly key: string; readonly value: string }

/** `scope NUL key LF value NUL`, again and again. */
function settingsIn(text: string): readonly Setting[] {
  const words = text.split('\0')
  return words.flatMap((scope, index) => {
    const entry = words[index + 1]
    if (index % 2 === 1 || entry === undefined) return []
    const end = entry.indexOf('\n')
    return end === -1
      ? [{ scope, key: entry, value: '' }]
      : [{ scope, key: entry.slice(0, end), value: entry.slice(end + 1) }]
  })
}

/** Filters that the repository's own configuration names are programs; without them a file that was touched may count as changed. */
function disabled(settings: readonly Setting[]): GitSettings {
  const filters = settings
    .filter(({ scope, key }) => (scope === 'local' || scope === 'worktree') && key.startsWith('filter.'))
    .map(({ key }) => key.slice(0, key.lastIndexOf('.')))
  return [...new Set(filters)].flatMap(filter => [
    [`${filter}.clean`, ''],
    [`${filter}.process`, ''],
    [`${filter}.required`, 'false'],
  ])
}

function originIn(settings: readonly Setting[]): string | undefined {
  const url = settings.findLast(({ key }) => key === 'remote.origin.url')?.value
  if (url === undefined || url === '') return undefined
  return gitAddress(url)?.url ?? withoutCredentials(url)
}

function statusIn({ stdout }: GitAnswer): Pick<WorkTree, 'branch' | 'isDirty'> & { commit?: string } {
  const lines = stdout.split('\n').filter(line => line !== '')
  const header = (name: string): string | undefined =>
    lines.find(line => line.startsWith(`# ${name} `))?.slice(name.length + 3)
  const commit = header('branch.oid')
  const branch = header('branch.head')
  return {
    isDirty: lines.some(line => !line.startsWith('# ')),
    ...(commit !== undefined && /^[0-9a-f]{40,64}$/.test(commit) && { commit }),
    ...(branch !== undefined && branch !== '(detached)' && { branch }),
  }
}
