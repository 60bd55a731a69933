import type { FaultEffect } from '../faults.ts'
import { denied, expired } from './authorization.ts'
import { AwsError } from './aws-error.ts'

/** Waits or throws, as a fault wants it. `action` is as IAM writes it. */
export async function suffer(effect: FaultEffect | undefined, action: string): Promise<void> {
  if (effect === undefined) return
  if (effect === 'throttle') throw new AwsError('ThrottlingException', 'Rate exceeded')
  if (effect === 'deny') throw denied(action)
  if (effect === 'expire') throw expired()
  if (typeof effect === 'string') return
  if ('delay' in effect) return new Promise(resolve => setTimeout(resolve, effect.delay))
  if (effect.error === 503) throw new AwsError('ServiceUnavailable', 'Service is unable to handle request.')
  throw new AwsError('InternalFailure', 'The request processing has failed because of an unknown error.')
}
