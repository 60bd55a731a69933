import { dnsName } from './address.ts'
import type { Elbv2State, ListenerRecord, LoadBalancerRecord } from './state.ts'

export type FoundListener = {
  readonly loadBalancer: LoadBalancerRecord
  /** Absent where the load balancer has no such listener. */
  readonly listener?: ListenerRecord
}

/**
 * The listener that a host means, with or without the sandbox's port; undefined when the host names no load balancer. The
 * name alone is the listener on 80, else on 443, else on the lowest port; `8443.` in front of it is the one on 8443.
 */
export function findListener(state: Elbv2State, host: string): FoundListener | undefined {
  const name = host.toLowerCase().replace(/:\d+$/, '')
  const [, port, rest] = /^(\d{1,5})\.(.+)$/.exec(name) ?? []
  for (const loadBalancer of Object.values(state.loadBalancers)) {
    const own = dnsName(loadBalancer)
    if (own === name) return { loadBalancer, listener: listenersOf(state, loadBalancer)[0] }
    if (own !== rest) continue
    const listener = listenersOf(state, loadBalancer).find(it => it.port === Number(port))
    return { loadBalancer, listener }
  }
  return undefined
}

function listenersOf(state: Elbv2State, { arn }: LoadBalancerRecord): readonly ListenerRecord[] {
  return Object.values(state.listeners)
    .filter(({ loadBalancerArn }) => loadBalancerArn === arn)
    .toSorted((one, other) => rank(one) - rank(other))
}

/** 80 before 443 before all others. */
function rank({ port }: ListenerRecord): number {
  if (port === 80) return -2
  return port === 443 ? -1 : port
}
