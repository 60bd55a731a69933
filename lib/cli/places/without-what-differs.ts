import type { Io } from '../io.ts'
import { withoutRegion } from './without-region.ts'

type Place = { readonly region?: string; readonly profile?: string }

/** One region and one profile that somebody has set cannot be those of apps that differ in them: there tapit.yml says it. */
export function withoutWhatDiffers(
  env: Io['env'],
  { region, profile }: Place,
  among: readonly Place[],
): Io['env'] {
  const isRegionOwn = region !== undefined && among.some(other => other.region !== region)
  const isProfileOwn = profile !== undefined && among.some(other => other.profile !== profile)
  const regional = isRegionOwn ? withoutRegion(env) : env
  if (!isProfileOwn) return regional
  const { AWS_PROFILE: _, ...others } = regional
  return others
}
