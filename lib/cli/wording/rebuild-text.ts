import type { RebuildObstacle } from '../../build/rebuild-source.ts'
import type { GitSource } from '../../build/ports.ts'
import { typed } from './typed.ts'

type Advised = { readonly message: string; readonly advice: string }

/** What is about to be done in the place of an image that is gone. */
export function rebuildText(dockerTag: string, { url, ref }: Required<GitSource>): string {
  return `the image ${dockerTag} is gone; it is built again from ${url} at ${ref.slice(0, 16)}. It comes out with a digest of its own, not with the old one.`
}

/** Why an image that is gone cannot be built again, and what to do in its place. */
export function rebuildObstacleText(dockerTag: string, obstacle: RebuildObstacle): Advised {
  const message = `the image ${dockerTag} is gone, and cannot be built again: ${whyOf(obstacle)}`
  return { message, advice: adviceFor(obstacle) }
}

/** The same to whoever goes back: to what else there is. */
export function unreachableText(
  app: string,
  { dockerTag, obstacle }: { readonly dockerTag: string; readonly obstacle: RebuildObstacle },
): Advised {
  const { message, advice } = rebuildObstacleText(dockerTag, obstacle)
  const instead = `Or go back further: tapit -a ${typed(app)} rollback to=dep_…; tapit -a ${typed(app)} list deploys status=finalized shows what was live.`
  return { message, advice: `${advice}\n${instead}` }
}

function whyOf(obstacle: RebuildObstacle): string {
  switch (obstacle.why) {
    case 'no_commit':
      return obstacle.gitHash === undefined
        ? 'its deployment does not know the commit.'
        : `its deployment knows the commit only as "${obstacle.gitHash}", which is not all of its 40 digits.`
    case 'dirty':
      return `it was built from ${short(obstacle.commit)} and changes that were in no commit.`
    case 'no_recorded_source':
      return `its deployment knows the commit, ${short(obstacle.commit)}, but not of which repository.`
    case 'no_config':
      return `its deployment says that it is from ${obstacle.recorded}, and there is no tapit.yml here that says so too.`
    case 'no_configured_source':
      return `its deployment says that it is from ${obstacle.recorded}, and tapit.yml names no repository.`
    case 'other_repository':
      return `its deployment says that it is from ${obstacle.recorded}, but tapit.yml names ${obstacle.configured}.`
  }
}

function adviceFor(obstacle: RebuildObstacle): string {
  switch (obstacle.why) {
    case 'no_recorded_source': {
      const { commit, configured = 'URL' } = obstacle
      return `If you know that it is: tapit image deploy source=${typed(configured)} ref=${commit}`
    }
    case 'no_config':
      return 'Run this in the folder of the app’s tapit.yml.'
    case 'no_configured_source':
    case 'other_repository':
      return 'If that is right, say so in tapit.yml: build: { source: … }.'
    case 'no_commit':
    case 'dirty':
      return 'Deploy another version: tapit list images shows what there is.'
  }
}

function short(commit: string): string {
  return commit.slice(0, 16)
}
