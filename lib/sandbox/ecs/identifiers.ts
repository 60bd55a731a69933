import { createHash } from 'node:crypto'
import type { EcsState } from './state.ts'

type Identifiers = Readonly<Record<'hex' | 'decimal' | 'short' | 'uuid', (state: EcsState) => string>>

/** The identifiers that ECS gives out: as long and as random-looking as AWS's, yet the same in every run. */
export const identifiers: Identifiers = {
  /** Of a task or an attachment: 32 hexadecimal digits. */
  hex: state => digest(state).slice(0, 32),
  /** Of a service revision, hence of `ecs-svc/N`: 19 decimal digits. */
  decimal: state => String(10n ** 18n + (BigInt(`0x${digest(state).slice(0, 16)}`) % (9n * 10n ** 18n))),
  /** Of a service deployment: 21 letters and digits. */
  short: state =>
    Buffer.from(digest(state), 'hex').toString('base64url').replaceAll(/[-_]/g, 'x').slice(0, 21),
  uuid: state => digest(state).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5'),
}

function digest(state: EcsState): string {
  state.sequence += 1
  return createHash('sha256').update(`ecs ${state.sequence}`).digest('hex')
}
