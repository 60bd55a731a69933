import type { Deployment } from '../../deployment/deployment.ts'
import type { Group } from '../../records/group.ts'
import { listed } from './listed.ts'
import { processName } from './process-name.ts'
import { shortDigest } from './short-digest.ts'

type Recorded = { readonly group: Group; readonly deployments: readonly Deployment[] }

/** `deploying v1.3.0 (sha256:9f2c41d0) to default, scheduler and worker as github-actions  grp_01jd…`; `… again to …` what ran there last. */
export function recordedText({ group, deployments }: Recorded): string {
  const tags = [...new Set(deployments.map(({ dockerTag }) => dockerTag))]
  const digests = new Set(deployments.flatMap(({ imageDigest }) => imageDigest ?? []))
  const images = [...digests].map(shortDigest)
  const image = images.length === 1 ? ` (${images.join('')})` : ` (${images.length} images)`
  const isUnbuilt = deployments.some(({ imageDigest }) => imageDigest === undefined)
  const names = listed(deployments.map(deployment => processName(deployment, deployments)))
  const by = group.initiator === undefined ? '' : ` as ${group.initiator}`
  return `${doingOf(deployments)} ${listed(tags)}${isUnbuilt ? '' : image}${deployments.every(isAgain) ? ' again' : ''} to ${names}${by}  ${group.id}`
}

/** Restarted, or started after a stop. */
function isAgain({ trigger, restores, previous }: Deployment): boolean {
  return trigger === 'manual' && restores !== undefined && restores === previous?.id
}

/** What policies held up was not begun. */
function doingOf(deployments: readonly Deployment[]): string {
  if (deployments.length > 0 && deployments.every(({ state }) => state.is === 'awaiting_approval'))
    return 'asking for an approval to deploy'
  if (deployments.length > 0 && deployments.every(({ state }) => state.is === 'denied'))
    return 'not deploying'
  return deployments.some(({ imageDigest }) => imageDigest === undefined)
    ? 'building and deploying'
    : 'deploying'
}

/** The same of one deployment, for its log: there the digest is whole. */
export function recordedStepText(deployment: Deployment): string {
  const { dockerTag, imageDigest, initiator, caller } = deployment
  const image = imageDigest === undefined ? dockerTag : `${dockerTag} (${imageDigest})`
  return `${doingOf([deployment])} ${image} as ${initiator ?? caller}`
}
