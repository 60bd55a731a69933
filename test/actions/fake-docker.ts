import type { Docker } from '../../lib/build/ports.ts'
import type { ImageFailure } from '../../lib/build/image-failure.ts'
import { storeImage } from '../../lib/sandbox/ecr/store-image.ts'
import type { Shop } from '../fakes/shop.ts'

export type FakeDocker = Docker & {
  readonly logins: readonly string[]
  readonly copies: readonly string[]
}

type Over = {
  /** What a copy to this reference ends with, in place of success. */
  readonly fails?: (to: string) => ImageFailure | undefined
  /** What is done once a copy has been made. */
  readonly after?: (to: string) => void
}

/** Copies between the repositories of the sandbox, as `imagetools` does between registries. */
export function fakeDocker({ sandbox: { world } }: Shop, { fails, after }: Over = {}): FakeDocker {
  const logins: string[] = []
  const copies: string[] = []
  const repositoryIn = (path: string) => {
    const found = world.state.ecr.repositories[path]
    if (found === undefined) throw new Error(`there is no repository ${path}`)
    return found
  }
  const unused = (): never => {
    throw new Error('copying needs nothing else')
  }
  return {
    logins,
    copies,
    login: ({ registry, username }) => {
      logins.push(`${username} ${registry}`)
      return Promise.resolve()
    },
    copy: ({ from, to }, { signal }) => {
      copies.push(`${from} → ${to}`)
      signal.throwIfAborted()
      const failure = fails?.(to)
      if (failure !== undefined) return Promise.resolve({ is: 'failed', failure })
      const [, source = '', digest = ''] = /^[^/]+\/(.+)@(.+)$/.exec(from) ?? []
      const [, copy = '', tag = ''] = /^[^/]+\/(.+):(.+)$/.exec(to) ?? []
      const image = repositoryIn(source).images.find(each => each.digest === digest)
      if (image === undefined) throw new Error(`there is no image ${from}`)
      storeImage(repositoryIn(copy), { ...image, tag, at: world.clock.now() })
      after?.(to)
      return Promise.resolve({ is: 'copied', digest })
    },
    build: unused,
    platforms: unused,
    credentialHelper: () => Promise.resolve(undefined),
    check: unused,
  }
}
