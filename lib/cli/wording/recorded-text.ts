import type { Deployment } from '../../deployment/deployment.ts'
import type { Group } from '../../records/group.ts'
import { listed } from './listed.ts'
import { processName } from './process-name.ts'
import { shortDigest } from './short-digest.ts'

type Recorded = { readonly group: Group; readonly deployments: readonly Deployment[] }

/** `deploying v1.3.0 (sha256:9f2c41d0) to default, scheduler and worker as github-actions  grp_01jd…` */
export function recordedText({ group, deployments }: Recorded): string {
  const tags = [...new Set(deployments.map(({ dockerTag }) => dockerTag))]
  const digests = [...new Set(deployments.map(({ imageDigest }) => shortDigest(imageDigest)))]
  const image = digests.length === 1 ? digests.join('') : `${digests.length} images`
  const names = listed(deployments.map(deployment => processName(deployment, deployments)))
  const by = group.initiator === undefined ? '' : ` as ${group.initiator}`
  return `deploying ${listed(tags)} (${image}) to ${names}${by}  ${group.id}`
}
