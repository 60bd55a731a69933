import type { Invocation } from './command.ts'
import { type Context, openPorts } from './context.ts'
import type { Io } from './io.ts'

/** An app and where it is, as far as that was said. */
export type AppAt = {
  /** As it was named. */
  readonly said: string
  readonly cluster: string
  /** @default - where the command itself works */
  readonly region?: string
  /** With the app's name itself: then it comes before what the shell says. */
  readonly isRegionSaid: boolean
  readonly profile?: string
  readonly account?: string
}

/** Opens one of several apps, each in its own region and with its own credentials. */
export async function openAppAt(
  at: AppAt,
  among: readonly Pick<AppAt, 'region' | 'profile'>[],
  { invocation, io }: { readonly invocation: Invocation; readonly io: Io },
): Promise<Context> {
  const env = ownEnv(io.env, at, among)
  const { setupRecords: _, ...outside } = await openPorts(invocation, { ...io, env }, at)
  return { app: at.cluster, cluster: at.cluster, ...outside }
}

/** One region and one profile that somebody has set cannot be those of apps that differ in them: there tapit.yml says it. */
function ownEnv(
  env: Io['env'],
  { region, profile, isRegionSaid }: AppAt,
  among: readonly Pick<AppAt, 'region' | 'profile'>[],
): Io['env'] {
  const isRegionOwn = region !== undefined && (isRegionSaid || among.some(other => other.region !== region))
  const isProfileOwn = profile !== undefined && among.some(other => other.profile !== profile)
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) =>
        !(isRegionOwn && (name === 'AWS_REGION' || name === 'AWS_DEFAULT_REGION')) &&
        !(isProfileOwn && name === 'AWS_PROFILE'),
    ),
  )
}
