import type { GitAddress } from '../../build/git-address.ts'
import type { Git } from '../../build/ports.ts'
import type { Clock } from '../../names/clock.ts'
import { Refusal } from '../../names/refusal.ts'
import { checkSource } from './check-source.ts'
import { cloneSource } from './clone-source.ts'
import type { Variables } from './git-environment.ts'
import { type Remote, type RemoteOptions, openRemote } from './remote.ts'
import { resolveSource } from './resolve-source.ts'
import { workTreeOf } from './work-tree.ts'

export type GitOptions = { readonly env: Variables; readonly clock: Clock }

/** The Git of this machine, with the user's own settings, keys and credential helpers. */
export function openGit(options: GitOptions): Git {
  /** Of URLs that came with a user and password: what is answered and recorded has none. */
  const credentials = new Map<string, RemoteOptions['credentials']>()
  const remoteOf = ({ url, credentials: own }: GitAddress): Remote => {
    if (own !== undefined) credentials.set(url, own)
    return openRemote({ ...options, credentials: credentials.get(url) })
  }
  return {
    async workTree(folder) {
      try {
        return await workTreeOf(folder, options)
      } catch (error) {
        if (error instanceof Refusal && error.code === 'no_git') return undefined
        throw error
      }
    },
    async resolve(source) {
      const checked = checkSource(source)
      return resolveSource(checked, remoteOf(checked.address))
    },
    async clone(source, clone) {
      const { address } = checkSource(source)
      return cloneSource({ ...source, url: address.url }, remoteOf(address), clone)
    },
  }
}
