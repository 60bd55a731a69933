/** Where a Git repository is, without a password. */
export type GitAddress = {
  /** As Git takes it: what was said, without credentials. */
  readonly url: string
  /** Lower case; empty for a folder of this machine. */
  readonly host: string
  /** Without the slash at the beginning and `.git` at the end: `example-org/shop`. */
  readonly path: string
  /** User and password of an https URL. The user alone may be a token. */
  readonly credentials?: { readonly username: string; readonly password: string }
}

const longest = 2_000

/**
 * The address of a repository, or nothing where Git could take it for something else: an option, a program to run (`ext::…`), a folder
 * beside this one. `https://…`, `http://…`, `ssh://…`, `git://…`, `file:///…` and `git@host:owner/name.git` are addresses.
 */
export function gitAddress(text: string): GitAddress | undefined {
  if (text.length > longest || /[\s\p{Cc}\\]/u.test(text)) return undefined
  const short = /^(?<user>[\w.-]+)@(?<host>[A-Za-z0-9][\w.-]*):(?<path>[^-:][^:]*)$/.exec(text)?.groups
  if (short !== undefined) return shortAddress(text, short)
  return /^(?:https?|ssh|git|file):\/\//i.test(text) && URL.canParse(text) ? longAddress(text) : undefined
}

function shortAddress(url: string, { user = '', host = '', path = '' }: NamedParts): GitAddress | undefined {
  return user.startsWith('-') ? undefined : { url, host: host.toLowerCase(), path: plain(path) }
}

type NamedParts = { readonly [part: string]: string | undefined }

function longAddress(text: string): GitAddress | undefined {
  const { protocol, username, password, hostname, port, pathname, search, hash } = new URL(text)
  const isFile = protocol === 'file:'
  const path = plain(decoded(pathname))
  const isHost = isFile ? hostname === '' : /^(?:[a-z0-9][\w.-]*|\[[\da-f:.]+\])$/i.test(hostname)
  if (!isHost || path === '' || path.startsWith('-') || username.startsWith('-') || hash !== '')
    return undefined
  const isWeb = protocol === 'https:' || protocol === 'http:'
  // The user of ssh (`git@`) is part of where it goes; that of https is who comes.
  const user = isWeb || isFile || username === '' ? '' : `${username}@`
  const host = port === '' ? hostname : `${hostname}:${port}`
  const credentials = { username: decoded(username), password: decoded(password) }
  return {
    url: `${protocol}//${user}${host}${pathname}${isWeb ? search : ''}`,
    host: host.toLowerCase(),
    path,
    ...(isWeb && username !== '' && { credentials }),
  }
}

function plain(path: string): string {
  return path
    .replaceAll(/\/{2,}/g, '/')
    .replace(/^\/|\/$/g, '')
    .replace(/\.git$/, '')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
