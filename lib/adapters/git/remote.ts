import type { Clock } from '../../names/clock.ts'
import { Refusal } from '../../names/refusal.ts'
import {
  type GitSettings,
  type Variables,
  remoteEnvironment,
  safeWords,
  withSettings,
} from './git-environment.ts'
import { type GitAnswer, type GitRun, runGit } from './run-git.ts'

/** Another repository, wherever it is. */
export type Remote = {
  /** The lines of a command that only asks. */
  ask(words: readonly string[], url: string): Promise<readonly string[]>
  /** A command that brings something here; what it could not do is its answer. */
  fetch(words: readonly string[], options: Pick<GitRun, 'signal' | 'tell'>): Promise<GitAnswer>
}

export type RemoteOptions = {
  readonly env: Variables
  readonly clock: Clock
  readonly credentials?: { readonly username: string; readonly password: string }
}

/** A list of names is there within a second or two. */
const askSilenceMs = 30_000
/** Between two words about its progress. A server may count its objects for a while before the first one. */
const fetchSilenceMs = 120_000

export function openRemote({ env, clock, credentials }: RemoteOptions): Remote {
  const environment = withCredentials(withSettings(remoteEnvironment(env), remoteSettings), credentials)
  return {
    async ask(words, url) {
      const answer = await runGit([...safeWords, ...words], {
        // In no repository: what one says that we happen to stand in (proxies, helpers, other URLs) is not asked for.
        env: { ...environment, GIT_DIR: '/dev/null/none' },
        clock,
        silenceMs: askSilenceMs,
      })
      if (!answer.isDone) refuseSource(url, answer, askSilenceMs)
      return answer.stdout.split('\n').filter(line => line !== '')
    },
    fetch: (words, options) =>
      runGit([...safeWords, ...words], { env: environment, clock, silenceMs: fetchSilenceMs, ...options }),
  }
}

/** `no_such_source`: it is not there, not reached, or not ours to read; servers do not always tell these apart. */
export function refuseSource(url: string, answer: GitAnswer, silenceMs: number = fetchSilenceMs): never {
  const { why, advice } = reasonOf(answer, silenceMs)
  throw new Refusal({ code: 'no_such_source', message: `${url} cannot be read: ${why}.`, advice })
}

/** Nothing of a repository may be run, and what is checked out has the line ends that a container wants. */
const remoteSettings: GitSettings = [
  ['filter.lfs.smudge', ''],
  ['filter.lfs.process', ''],
  ['filter.lfs.required', 'false'],
  ['submodule.recurse', 'false'],
  ['fetch.recurseSubmodules', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['core.autocrlf', 'false'],
  ['core.eol', 'lf'],
  ['init.defaultBranch', 'main'],
  ['advice.detachedHead', 'false'],
]

/** By a helper that reads variables: in an argument, everybody on this machine could read the password. */
function withCredentials(env: Variables, credentials: RemoteOptions['credentials']): Variables {
  if (credentials === undefined) return env
  const { username, password } = credentials
  return withSettings({ ...env, TAPIT_GIT_USERNAME: username, TAPIT_GIT_PASSWORD: password }, [
    // First none: what the user's own helpers store should not become this.
    ['credential.helper', ''],
    ['credential.helper', helper],
  ])
}

const helper = `!f() { test "$1" = get && printf 'username=%s\\npassword=%s\\n' "$TAPIT_GIT_USERNAME" "$TAPIT_GIT_PASSWORD"; }; f`

const checkSpelling = 'Check its spelling, and that git ls-remote reads it from here.'
const giveAccess =
  'Give Git access to it without a question: a credential helper, or a key that the ssh agent holds.'

/** What Git and the servers say, in their words: https://github.com/git/git/blob/master/http.c, connect.c, remote-curl.c */
const reasons: readonly { readonly said: RegExp; readonly why: string; readonly advice: string }[] = [
  {
    said: /could not read (?:username|password)|authentication failed|returned error: 40[13]|HTTP Basic: Access denied/i,
    why: 'it wants a user name and a password, or refuses those that it got',
    advice: giveAccess,
  },
  { said: /permission denied \(/i, why: 'ssh has no key that it takes', advice: giveAccess },
  {
    said: /host key verification failed/i,
    why: 'ssh does not know the key of its host',
    advice: 'Connect once by hand and check the key: it then stands in ~/.ssh/known_hosts.',
  },
  {
    said: /cannot run ssh|ssh: (?:command )?not found/i,
    why: 'there is no ssh on this machine',
    advice: 'Install it, or name the repository by its https:// URL.',
  },
  {
    said: /could not resolve host/i,
    why: 'there is no host of this name',
    advice: checkSpelling,
  },
  {
    said: /not found|does not appear to be a git repository|does not exist|no such file|access denied or repository not exported/i,
    why: 'there is no such repository, or you may not see it',
    advice: checkSpelling,
  },
  {
    said: /transport '[^']*' not allowed/i,
    why: 'GIT_ALLOW_PROTOCOL, or a setting of Git, does not allow this protocol',
    advice: 'Allowed by tapit: https, http, ssh, git, file.',
  },
]

/** What Git adds to what ssh has said. */
const saysNothing = /could not read from remote repository/i

function reasonOf(
  { said, isSilent }: GitAnswer,
  silenceMs: number,
): { readonly why: string; readonly advice: string } {
  if (isSilent) return { why: `it has not answered for ${silenceMs / 1000} s`, advice: checkSpelling }
  const known = reasons.find(reason => said.some(line => reason.said.test(line)))
  if (known !== undefined) return known
  const line =
    said.findLast(each => /^(?:fatal|error|remote|ssh):/i.test(each) && !saysNothing.test(each)) ??
    said.at(-1)
  return {
    why: (line ?? 'Git does not say why')
      .replace(/^(?:fatal|error|remote): /i, '')
      .replace(/^unable to access '[^']*': /, '')
      .replace(/\.$/, ''),
    advice: checkSpelling,
  }
}
