import type { elbv2 } from '../wire/handlers.ts'
import type { World } from '../world.ts'

export function rememberTags({ state }: World, arn: string, tags: readonly elbv2.Tag[] = []): void {
  const known = (state.elbv2.tags[arn] ??= {})
  for (const { Key, Value = '' } of tags) if (Key !== undefined) known[Key] = Value
}
