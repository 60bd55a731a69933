import { randomBytes } from 'node:crypto'

import { monotonicFactory } from 'ulid'

import type { Ports } from '../actions/ports.ts'
import type { Clock } from '../names/clock.ts'

/** Ids that sort by the time they were made, also within one millisecond, and random tokens. */
export function newIds(clock: Pick<Clock, 'now'>): Pick<Ports, 'newId' | 'newToken'> {
  const nextUlid = monotonicFactory()
  return {
    newId: prefix => `${prefix}_${nextUlid(clock.now()).toLowerCase()}`,
    newToken: () => randomBytes(16).toString('hex'),
  }
}
