import type { Clock } from '../../names/clock.ts'
import { Refusal } from '../../names/refusal.ts'
import { refuseBrokenDocker } from './refuse-broken-docker.ts'
import { runDocker } from './run-docker.ts'
import type { Variables } from './variables.ts'
import { withoutCredentials } from './without-credentials.ts'

/** What the current builder says that it runs, emulated platforms among it. */
export async function builderPlatforms(run: {
  readonly env: Variables
  readonly clock: Clock
}): Promise<readonly string[]> {
  const asked = await inspect([], run)
  if (asked.platforms.length > 0) return asked.platforms
  if (asked.why === undefined) {
    // A builder in a container that was never started knows none.
    const started = await inspect(['--bootstrap'], run)
    if (started.why === undefined) return started.platforms
    throw broken(started.why)
  }
  throw broken(asked.why)
}

async function inspect(
  options: readonly string[],
  run: { readonly env: Variables; readonly clock: Clock },
): Promise<{ readonly platforms: readonly string[]; readonly why?: string }> {
  const { code, stdout, stderr } = await runDocker({ argv: ['buildx', 'inspect', ...options], ...run })
  const said = stdout.toString('utf8')
  // Of a builder whose engine does not answer, buildx says it in the list and ends well.
  const trouble = /^Error: +(?<error>.+)$/m.exec(said)?.groups?.['error'] ?? (code === 0 ? undefined : stderr)
  return { platforms: platformsIn(said), ...(trouble !== undefined && { why: trouble }) }
}

function broken(why: string): Refusal {
  refuseBrokenDocker(why)
  return new Refusal({
    code: 'engine_not_running',
    message: `Docker's builder cannot be used: ${withoutCredentials(why.trim().replace(/^ERROR: /, ''))}`,
    advice: 'docker buildx ls',
  })
}

/** `Platforms: linux/amd64*, linux/amd64/v2`, once for each node; a star is a platform that somebody set by hand. */
function platformsIn(said: string): readonly string[] {
  const found = [...said.matchAll(/^Platforms: +(?<list>.+)$/gm)].flatMap(({ groups }) =>
    (groups?.['list'] ?? '').split(',').map(each => each.trim().replace(/\*$/, '')),
  )
  return [...new Set(found.filter(each => /^[a-z0-9]+\/[a-z0-9/]+$/.test(each)))]
}
