import { isDeployableTag } from '../../images/is-deployable.ts'

/** The tags that an image can be deployed by: first what names a version, `latest` last. */
export function imageTags(tags: readonly string[]): readonly string[] {
  return tags.filter(isDeployableTag).toSorted(
    (one, other) =>
      Number(one === 'latest') - Number(other === 'latest') ||
      // A release comes before what led to it.
      Number(one.startsWith(`${other}-`)) - Number(other.startsWith(`${one}-`)) ||
      other.localeCompare(one, 'en', { numeric: true }),
  )
}
