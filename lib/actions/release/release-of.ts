import type { ReleaseSettings } from '../../config/schema.ts'
import { defaultProcess, releaseParameter } from '../../names/aws.ts'
import type { Gathered } from '../plan/gather.ts'
import type { PlannedProcess } from '../plan/plan.ts'
import { releaseSettings } from '../plan/release-settings.ts'
import type { DeployRequest } from '../plan/request.ts'

/** What runs once before any process starts. */
export type Release = Pick<ReleaseSettings, 'command'> & {
  /** With whose new image and settings. */
  readonly process: string
}

/** `left_out`: it belongs to a process that is not deployed now. */
export type FoundRelease = Release | { readonly is: 'left_out'; readonly process: string }

/**
 * The release command of the app, as its infrastructure says it: a laptop's file has no say. What was live before is not released again,
 * nor is what another environment has released.
 */
export async function releaseOf(
  { trigger, pinned }: Pick<DeployRequest, 'trigger' | 'pinned'>,
  { parameters, cluster: { name: app } }: Pick<Gathered, 'parameters' | 'cluster'>,
  planned: readonly Pick<PlannedProcess, 'process'>[],
): Promise<FoundRelease | undefined> {
  const text = parameters.get(releaseParameter(app))
  const versions = [...(pinned?.values() ?? [])]
  // What was held for an approval is pinned too, to the image that was approved: that one is new.
  const isKnown = versions.some(each => each.restores !== undefined || each.promotedFrom !== undefined)
  const isNew = (trigger === 'manual' || trigger === 'push') && !isKnown
  if (text === undefined || !isNew) return undefined
  const { command, process: wanted } = await releaseSettings(text, app)
  const names = planned.map(({ process }) => process)
  const process = wanted ?? names.find(name => name === defaultProcess) ?? names[0]
  if (process === undefined) return undefined
  return names.includes(process) ? { command, process } : { is: 'left_out', process }
}
