import { Refusal, type RefusalOptions } from '../names/refusal.ts'

/**
 * What kind of trouble a call to AWS had. `throttled` and `transient` pass by themselves and never fail a deployment; `denied` and
 * `expired` mean that the state cannot be known any more; `missing` is a thing that is not there; `refused` is AWS's answer to what was asked.
 */
export type TroubleKind = 'throttled' | 'transient' | 'denied' | 'expired' | 'missing' | 'refused'

/** A call to AWS that did not succeed, in words for people. */
export class Trouble extends Refusal {
  readonly kind: TroubleKind
  /** AWS's name for it, such as `ServiceNotFoundException`. */
  readonly awsCode: string
  /** The operation that was called, such as `DescribeServices`. */
  readonly operation: string

  constructor(options: RefusalOptions & { kind: TroubleKind; awsCode: string; operation: string }) {
    super(options)
    this.name = 'Trouble'
    this.kind = options.kind
    this.awsCode = options.awsCode
    this.operation = options.operation
  }
}

/** Whether asking again later is the right answer. */
export function isPassing(error: unknown): boolean {
  return error instanceof Trouble && (error.kind === 'throttled' || error.kind === 'transient')
}
