/** `owner/name` of the GitHub repository that a Git configuration pushes to: of its remote `origin`, else of the first that is GitHub's. */
export function githubRepository(gitConfig: string): string | undefined {
  const remotes = remotesOf(gitConfig)
  const [origin] = remotes.filter(({ name }) => name === 'origin')
  if (origin !== undefined && nameIn(origin.url) !== undefined) return nameIn(origin.url)
  return remotes.map(({ url }) => nameIn(url)).find(name => name !== undefined)
}

type Remote = { readonly name: string; readonly url: string }

function remotesOf(gitConfig: string): readonly Remote[] {
  const remotes: Remote[] = []
  let remote: string | undefined
  for (const line of gitConfig.split(/\r\n|\n|\r/)) {
    const section = /^\s*\[(?<name>[^\]]*)\]/.exec(line)?.groups?.['name']
    if (section !== undefined) remote = /^remote\s+"(?<name>.*)"$/.exec(section.trim())?.groups?.['name']
    const url = /^\s*url\s*=\s*"?(?<url>[^"\s]+)/.exec(line)?.groups?.['url']
    if (remote !== undefined && url !== undefined) remotes.push({ name: remote, url })
  }
  return remotes
}

/** A user or token in front of the host is left behind; `github.com-work` is how people name a second key in ~/.ssh/config. */
function nameIn(url: string): string | undefined {
  const { path } =
    /^(?:(?:https?|ssh|git):\/\/(?:[^@/]*@)?(?:www\.|ssh\.)?github\.com(?:-[\w-]+)?(?::\d+)?\/|(?:[\w.-]+@)?github\.com(?:-[\w-]+)?:\/?)(?<path>[\w.-]{1,39}\/[\w.-]{1,100}?)(?:\.git)?\/?$/i.exec(
      url,
    )?.groups ?? {}
  return path
}
