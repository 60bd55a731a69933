import { tagKeys } from '../../names/aws.ts'
import type { Tags } from '../ports.ts'

/** How many images a service's tag says to keep; what is no number above zero says nothing. */
export function keepOf({ [tagKeys.keep]: keep = '' }: Tags): number | undefined {
  return /^[1-9]\d{0,5}$/.test(keep) ? Number(keep) : undefined
}
