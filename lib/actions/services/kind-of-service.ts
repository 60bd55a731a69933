import { kindOf, tagKeys } from '../../names/aws.ts'
import { type ProcessKind, processKinds } from '../../names/vocabulary.ts'
import type { AppService } from './app-services.ts'
import type { Service } from '../ports.ts'

/** What its tag says, else what its load balancer makes of it. */
export function kindOfService({ process, service }: AppService): ProcessKind {
  const tagged = processKinds.find(each => each === service.tags[tagKeys.kind])
  return tagged ?? kindOf({ process, hasLoadBalancer: isLoadBalanced(service) })
}

export function isLoadBalanced({ loadBalancers, classicLoadBalancer }: Service): boolean {
  return loadBalancers.length > 0 || classicLoadBalancer !== undefined
}
