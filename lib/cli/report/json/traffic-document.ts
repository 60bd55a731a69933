import type { Second } from '../../traffic/send-traffic.ts'
import { type Tally, total } from '../../traffic/tally.ts'
import { type Document, schemaVersion } from './document.ts'

export type SentTraffic = {
  readonly url: string
  readonly rps: number
  readonly seconds: readonly Second[]
}

/** What `sandbox traffic` answers under `-o json`. */
export function trafficDocument({ url, rps, seconds }: SentTraffic): Document {
  return {
    schemaVersion,
    url,
    rps,
    seconds: seconds.map(({ at, ...second }) => ({ at: new Date(at).toISOString(), ...tallyJson(second) })),
    total: tallyJson(total(seconds)),
  }
}

function tallyJson({ requests, versions, errors, lost }: Tally): Document {
  return { requests, versions: { ...versions }, errors: { ...errors }, lost }
}
