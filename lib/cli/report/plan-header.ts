import { textWidth } from '../text/text-width.ts'
import type { Plan } from '../../actions/plan/plan.ts'
import { wrap } from '../text/wrap.ts'
import { age } from '../wording/age.ts'
import { listed } from '../wording/listed.ts'
import { shortDigest } from '../wording/short-digest.ts'
import { readable } from './readable.ts'
import type { View } from './view.ts'

/** `shop  v1.4.0  sha256:77aa01c2 (pushed 3 min ago)` */
export function planHeader({ app, processes }: Plan, { paint, columns, now }: View): string[] {
  const planned = processes.filter(each => each.is === 'planned')
  const tags = [...new Set(planned.map(({ dockerTag }) => dockerTag))]
  const digests = [...new Set(planned.flatMap(({ imageDigest }) => imageDigest ?? []))].map(shortDigest)
  const pushedAt = planned.flatMap(each => each.pushedAt ?? [])
  const image = digests.length > 1 ? `${digests.length} images` : (digests[0] ?? 'to be built')
  const pushed = pushedAt.length === 0 ? '' : ` (pushed ${age(now - Math.max(...pushedAt))} ago)`
  const parts = [
    paint('strong', app),
    ...(planned.length === 0 ? [] : [paint('strong', listed(tags)), image + pushed]),
  ]
  const line = parts.join('  ')
  return textWidth(line) <= columns
    ? [line]
    : wrap(line, { columns: Math.min(columns, readable), hanging: 2 }).split('\n')
}
