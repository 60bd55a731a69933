import type { Construct } from 'constructs'
import type { ProcessProps } from './process-props.ts'
import { ProcessService } from './process-service.ts'

/** A process without a load balancer, that nothing reaches from outside. */
export class WorkerProcess extends ProcessService {
  constructor(scope: Construct, id: string, props: ProcessProps) {
    super(scope, id, { ...props, kind: 'worker', traffic: undefined })
  }
}
