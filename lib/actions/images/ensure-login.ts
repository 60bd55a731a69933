import type { Registries } from '../build/build-request.ts'
import { type LoginMeans, loginFor } from './login.ts'
import { registryOf } from '../../names/registry-of.ts'

/** Where Docker was logged in lately neither AWS nor Docker is asked; else it is logged in, once a registry. */
export function ensureLogin(means: LoginMeans): Registries {
  const { logins } = means
  const hosts = new Map<string, Promise<string>>()
  /** Registries that only the memory knew: a login may help where Docker's own is not taken. */
  const recalled = new Set<string>()
  const forgotten = new Set<string>()

  async function hostOf(registry: string, repository: string): Promise<string> {
    const known = forgotten.has(registry) ? undefined : await logins?.recall(registry)
    if (known !== undefined) {
      recalled.add(registry)
      return known
    }
    return (await loginFor(repository, means)).registry
  }

  function remembered(registry: string, host: Promise<string>): Promise<string> {
    hosts.set(registry, host)
    // Whoever asks again may have more luck.
    host.catch(() => hosts.delete(registry))
    return host
  }

  return {
    hostOf: repository => {
      const registry = registryOf(repository)
      return hosts.get(registry) ?? remembered(registry, hostOf(registry, repository))
    },
    forget: async repository => {
      const registry = registryOf(repository)
      if (!recalled.has(registry)) return false
      // Several builds may hear of it, one after the other: the login that the first one brought about stays.
      if (forgotten.has(registry)) return true
      forgotten.add(registry)
      hosts.delete(registry)
      await logins?.forget(registry)
      return true
    },
  }
}
