import { type ReleaseSettings, release } from './schema.ts'

export type ReadRelease =
  | { readonly settings: ReleaseSettings }
  | { readonly settings?: undefined; readonly mistake: string }

/** The release command as it stands in the parameter that CDK wrote out of tapit.yml. */
export function readRelease(text: string): ReadRelease {
  const found = parsed(text)
  if (found === undefined) return { mistake: 'it is no JSON' }
  const { success, data, error } = release.safeParse(found)
  if (success) return { settings: data }
  const [first] = error.issues
  const key = first?.path.join('.')
  return { mistake: `${key ? `${key}: ` : ''}${first?.message ?? 'it cannot be read'}` }
}

/** Nothing where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
