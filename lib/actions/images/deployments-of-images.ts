import type { Deployment } from '../../deployment/deployment.ts'
import type { Ports } from '../ports.ts'

export type ImageHistory = {
  /** Newest first. */
  readonly newest: readonly Deployment[]
  readonly total: number
  /** Whether the app's whole history was looked through. */
  readonly isAll: boolean
}

type Of = { readonly repository: string; readonly digest: string }

const recordsPerPage = 100
/** Two thousand deployments back. */
const mostPages = 20
const mostShown = 10

/** The deployments of an app that brought images, found in one walk through its history. */
export async function deploymentsOfImages(
  app: string,
  images: readonly Of[],
  records: Ports['records'],
): Promise<readonly ImageHistory[]> {
  const found = images.map(({ repository, digest }) => ({ repository, digest, all: new Array<Deployment>() }))
  let from: { readonly from?: string } = {}
  let isAll = false
  for (let read = 0; read < mostPages && !isAll; read += 1) {
    const { deployments, next } = await records.listDeployments({ app, limit: recordsPerPage, ...from })
    for (const { record } of deployments) {
      const { repository, imageDigest } = record
      found.find(each => each.repository === repository && each.digest === imageDigest)?.all.push(record)
    }
    isAll = next === undefined
    if (next !== undefined) from = { from: next }
  }
  return found.map(({ all }) => ({ newest: all.slice(0, mostShown), total: all.length, isAll }))
}
