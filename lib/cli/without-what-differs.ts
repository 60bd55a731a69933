import type { AppConfig } from '../config/app-config.ts'
import type { Io } from './io.ts'

/** One region and one profile that somebody has set cannot be those of two environments that differ in them: there the file says it. */
export function withoutWhatDiffers(
  env: Io['env'],
  environment: AppConfig,
  other: AppConfig | undefined,
): Io['env'] {
  if (other === undefined) return env
  const isRegionOwn = environment.region !== undefined && environment.region !== other.region
  const isProfileOwn = environment.profile !== undefined && environment.profile !== other.profile
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) =>
        !(isRegionOwn && (name === 'AWS_REGION' || name === 'AWS_DEFAULT_REGION')) &&
        !(isProfileOwn && name === 'AWS_PROFILE'),
    ),
  )
}
