export type Variables = Readonly<Record<string, string | undefined>>

/** Settings of one call of Git: `['core.fsmonitor', 'false']`. */
export type GitSettings = readonly (readonly [key: string, value: string])[]

/** Left behind by a hook or a script around us: they point at another repository than the one that is meant. */
const placeVariables = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_COMMON_DIR',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_NAMESPACE',
  'GIT_PREFIX',
  'GIT_SHALLOW_FILE',
  'GIT_DEFAULT_HASH',
  'GIT_EXTERNAL_DIFF',
  'GIT_TEMPLATE_DIR',
  'GIT_PROXY_COMMAND',
  'LANGUAGE',
] as const

/** Nothing that a repository brings along is run: https://git-scm.com/docs/git#_security */
const safeSettings: GitSettings = [
  ['core.fsmonitor', 'false'],
  ['core.hooksPath', '/dev/null'],
  // Git must not take a folder of files for a bare repository because it looks like one.
  ['safe.bareRepository', 'explicit'],
]

/** The protocols that a source may have; `ext::` and the like would run what the URL says. */
const protocols: readonly string[] = ['https', 'http', 'ssh', 'git', 'file']

/** What Git is run with to look at a working tree: it neither locks, asks nor fetches. */
export function quietEnvironment(env: Variables): Variables {
  return { ...base(env), GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none' }
}

/**
 * What Git is run with to speak to another machine: the user's own settings and credential helpers hold, nobody is asked for anything.
 * A CI job may hand its credentials over by GIT_ASKPASS (Jenkins does); on a laptop that is a dialogue.
 */
export function remoteEnvironment(env: Variables): Variables {
  const allowed = env['GIT_ALLOW_PROTOCOL']?.split(':') ?? protocols
  return {
    ...base(env),
    GIT_ALLOW_PROTOCOL: protocols.filter(each => allowed.includes(each)).join(':') || 'none',
    GIT_ASKPASS: env['CI'] ? (env['GIT_ASKPASS'] ?? '') : '',
    GIT_LFS_SKIP_SMUDGE: '1',
    SSH_ASKPASS_REQUIRE: 'never',
    GCM_INTERACTIVE: 'never',
  }
}

/** The words in front of a command that set what must hold whatever the repository says. */
export const safeWords: readonly string[] = safeSettings.flatMap(([key, value]) => ['-c', `${key}=${value}`])

/** Adds settings whose keys or values stand in no argument: any name fits, and nobody else on the machine can read them. */
export function withSettings(env: Variables, settings: GitSettings): Variables {
  const count = Number.parseInt(env['GIT_CONFIG_COUNT'] ?? '', 10) || 0
  const added = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${count + index}`, key],
    [`GIT_CONFIG_VALUE_${count + index}`, value],
  ])
  return { ...env, ...Object.fromEntries(added), GIT_CONFIG_COUNT: String(count + settings.length) }
}

function base(env: Variables): Variables {
  const kept = Object.entries(env).filter(([name]) => !placeVariables.some(each => each === name))
  return { ...Object.fromEntries(kept), LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' }
}
