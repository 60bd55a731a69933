import type { ShownImage } from '../../actions/images/show-image.ts'
import { imageLabels } from '../../names/aws.ts'

/** The commit of an image: its label says it, else a deployment that brought it. */
export function gitHashOf({
  labels,
  deployments,
}: Pick<ShownImage, 'labels' | 'deployments'>): string | undefined {
  return (
    labels[imageLabels.revision] ?? deployments.newest.find(({ gitHash }) => gitHash !== undefined)?.gitHash
  )
}
