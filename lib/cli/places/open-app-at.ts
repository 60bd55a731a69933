import type { Invocation } from '../command.ts'
import { type Context, openPorts } from '../context.ts'
import type { Io } from '../io.ts'
import { withoutRegion } from './without-region.ts'
import { withoutWhatDiffers } from './without-what-differs.ts'

/** An app and where it is, as far as that was said. */
export type AppAt = {
  /** As it was named. */
  readonly said: string
  readonly cluster: string
  /** @default - where the command itself works */
  readonly region?: string
  /** Where the command itself works in this folder, unless the shell says otherwise: for an app whose region nobody says. */
  readonly folderRegion?: string
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
  const region = at.region ?? at.folderRegion
  const env = at.isRegionSaid ? withoutRegion(io.env) : io.env
  const { setupRecords: _, ...outside } = await openPorts(
    invocation,
    { ...io, env: withoutWhatDiffers(env, at, among) },
    { ...at, ...(region !== undefined && { region }) },
  )
  return { app: at.cluster, cluster: at.cluster, ...outside }
}
