import type { Instant } from '../../deployment/state.ts'
import type { KeepReason } from '../../images/retention.ts'
import { age } from './age.ts'
import { grouped } from './grouped.ts'
import { listed } from './listed.ts'
import { shortDigest } from './short-digest.ts'

/** Why an image stays, the same said once: `runs in shop/default and shop/worker`, `one of the newest 10`. */
export function keepReasonTexts(reasons: readonly KeepReason[], now: Instant): readonly string[] {
  const texts = grouped(
    reasons.map(reason => textOf(reason, now)),
    ({ what }) => what,
  )
  return [...texts].map(([what, all]) => {
    const names = all.flatMap(({ name }) => name ?? [])
    return names.length === 0 ? what : `${what} ${listed(names)}`
  })
}

type ReasonText = { readonly what: string; readonly name?: string }

function textOf(reason: KeepReason, now: Instant): ReasonText {
  switch (reason.is) {
    case 'running':
      return { what: 'runs in', name: reason.in }
    case 'deploying':
      return { what: 'being deployed to', name: reason.in }
    case 'rollback_target':
      return { what: 'rollback target of', name: reason.of }
    case 'template':
      return { what: 'sidecar in the template of', name: reason.of }
    case 'newest':
      return { what: `one of the newest ${reason.among}` }
    case 'pushed':
    case 'pulled': {
      const when = reason.at === undefined ? 'nobody knows when' : `${age(Math.max(0, now - reason.at))} ago`
      return { what: `${reason.is} ${when}` }
    }
    case 'moving_tag':
      return { what: `the tag ${reason.tag} moves` }
    case 'no_image':
      return { what: 'no image' }
    case 'part':
      return { what: 'part of', name: shortDigest(reason.of) }
    case 'perhaps_part':
      return { what: 'perhaps part of what is archived:', name: shortDigest(reason.of) }
    case 'attached':
      return { what: 'attached to', name: shortDigest(reason.to) }
  }
}
