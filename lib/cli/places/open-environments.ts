import { saidOf } from '../../actions/said-of.ts'
import type { AppConfig } from '../../config/app-config.ts'
import { appOfEnvironment } from '../../config/app-of-environment.ts'
import type { Invocation } from '../command.ts'
import { type Context, openContext } from '../context.ts'
import { folderConfig } from './folder-config.ts'
import type { Io } from '../io.ts'
import { requireAccount } from './require-account.ts'
import { withoutWhatDiffers } from './without-what-differs.ts'

/** The names of two environments. */
type Wish = { readonly from: string; readonly to: string }

export type Environments = { readonly from: Context; readonly to: Context }

/**
 * One app in two environments: with tapit.yml each in the region and as the profile of its own, else both where the command itself works.
 * What is refused says of which of them.
 */
export async function openEnvironments(
  { from, to }: Wish,
  world: { readonly invocation: Invocation; readonly io: Io },
): Promise<Environments> {
  const config = folderConfig(world.invocation, world.io)
  const [source, target] = [from, to].map(name => config && appOfEnvironment(config, name))
  const [opened, other] = await Promise.all([
    saidOf(from, () => open(from, { ...world, own: source, other: target })),
    saidOf(to, () => open(to, { ...world, own: target, other: source })),
  ])
  return { from: opened, to: other }
}

type OpenOptions = {
  readonly invocation: Invocation
  readonly io: Io
  /** What tapit.yml says of it, and of the other one. */
  readonly own: AppConfig | undefined
  readonly other: AppConfig | undefined
}

async function open(environment: string, { invocation, io, own, other }: OpenOptions): Promise<Context> {
  const { app, ...global } = { ...invocation.global, environment }
  if (own === undefined) return openContext({ ...invocation, global: { ...global, app } }, io)
  const { TAPIT_APP: _, ...env } = withoutWhatDiffers(io.env, own, other === undefined ? [] : [other])
  const said = await openContext({ ...invocation, global }, { ...io, env })
  const context =
    own.profile === undefined || (await isThere(own, said, invocation))
      ? said
      : await openContext({ ...invocation, global }, { ...io, env: { ...env, AWS_PROFILE: own.profile } })
  await requireAccount(own, context.ports, invocation)
  return context
}

/** One identity that somebody has set cannot be at home in two accounts: in the other one it is the profile of tapit.yml that works. */
async function isThere(
  { account }: AppConfig,
  { ports }: Context,
  { global }: Pick<Invocation, 'global'>,
): Promise<boolean> {
  if (account === undefined || global.sandbox) return true
  return (await ports.identity.caller()).split(':')[4] === account
}
