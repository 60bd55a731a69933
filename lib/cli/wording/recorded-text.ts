import type { Deployment } from '../../deployment/deployment.ts'
import type { Group } from '../../records/group.ts'
import { listed } from './listed.ts'
import { processName } from './process-name.ts'
import { shortDigest } from './short-digest.ts'

type Recorded = { readonly group: Group; readonly deployments: readonly Deployment[] }

/** `deploying v1.3.0 (sha256:9f2c41d0) to default, scheduler and worker as github-actions  grp_01jd…` */
export function recordedText({ group, deployments }: Recorded): string {
  const tags = [...new Set(deployments.map(({ dockerTag }) => dockerTag))]
  const digests = new Set(deployments.flatMap(({ imageDigest }) => imageDigest ?? []))
  const images = [...digests].map(shortDigest)
  const image = images.length === 1 ? ` (${images.join('')})` : ` (${images.length} images)`
  const isUnbuilt = deployments.some(({ imageDigest }) => imageDigest === undefined)
  const names = listed(deployments.map(deployment => processName(deployment, deployments)))
  const by = group.initiator === undefined ? '' : ` as ${group.initiator}`
  return `${isUnbuilt ? 'building and deploying' : 'deploying'} ${listed(tags)}${isUnbuilt ? '' : image} to ${names}${by}  ${group.id}`
}

/** The same of one deployment, for its log: there the digest is whole. */
export function recordedStepText({ dockerTag, imageDigest, initiator, caller }: Deployment): string {
  const what =
    imageDigest === undefined
      ? `building and deploying ${dockerTag}`
      : `deploying ${dockerTag} (${imageDigest})`
  return `${what} as ${initiator ?? caller}`
}
