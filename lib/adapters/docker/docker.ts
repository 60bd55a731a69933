import type { Docker } from '../../build/ports.ts'
import type { Clock } from '../../names/clock.ts'
import { builderPlatforms } from './builder-platforms.ts'
import { buildImage } from './build-image.ts'
import { checkDockerfile } from './check-dockerfile.ts'
import { containerBuilders } from './container-builder.ts'
import { copyImage } from './copy-image.ts'
import { configuredHelper } from './docker-config.ts'
import { login } from './login.ts'
import type { Variables } from './variables.ts'

export type DockerOptions = {
  /** The whole environment that Docker's client gets: PATH, HOME, DOCKER_HOST, AWS_PROFILE for a credential helper, … */
  readonly env: Variables
  readonly clock: Clock
}

/** Docker's own client, as it stands on the PATH, with its plugin buildx. */
export function openDocker({ env, clock }: DockerOptions): Docker {
  const builders = containerBuilders({ env, clock })
  const inTurn = oneAfterAnother()
  return {
    build: (wanted, options) => buildImage(wanted, { ...options, env, clock, builders }),
    platforms: () => builderPlatforms({ env, clock }),
    copy: (copy, { signal }) => copyImage(copy, { env, clock, signal }),
    login: wanted => inTurn(() => login(wanted, { env, clock })),
    credentialHelper: registry => configuredHelper(registry, env),
    check: wanted => checkDockerfile(wanted, { env, clock }),
  }
}

/** Docker reads its settings and writes them back: of two logins at once, one would be lost. */
function oneAfterAnother(): (work: () => Promise<void>) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve()
  return work => {
    const next = last.then(work)
    last = next.catch(() => undefined)
    return next
  }
}
