import type { Tags } from '../../actions/ports.ts'

type EcsTag = { readonly key?: string; readonly value?: string }

/** ECS's list of tags as a record. */
export function tagsOf(tags: readonly EcsTag[] = []): Tags {
  return Object.fromEntries(tags.flatMap(({ key, value = '' }) => (key === undefined ? [] : [[key, value]])))
}

/** A record as ECS's list of tags. */
export function tagList(tags: Tags): { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }))
}
