import type { BuildMeans, Registries } from './build-request.ts'

type Means = Pick<BuildMeans, 'docker'> & { readonly ports: Pick<BuildMeans['ports'], 'imageStore'> }

/** Logs Docker in once a registry, before the first push to it. */
export function registries({ docker, ports }: Means): Registries {
  const hosts = new Map<string, Promise<string>>()

  async function login(repository: string): Promise<string> {
    const { endpoint, username, password } = await ports.imageStore.authorization(repository)
    const { host } = new URL(endpoint)
    await docker.login({ registry: host, username, password })
    return host
  }

  return {
    hostOf: repository => {
      const known = hosts.get(registryOf(repository)) ?? login(repository)
      hosts.set(registryOf(repository), known)
      return known
    },
    forget: async repository => hosts.delete(registryOf(repository)),
  }
}

function registryOf(repository: string): string {
  return repository.slice(0, repository.indexOf('/'))
}
