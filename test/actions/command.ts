import { deploy } from '../../lib/actions/deploy/deploy.ts'
import type { DeployEnd } from '../../lib/actions/deploy/deploy-options.ts'
import type { DeployEvent } from '../../lib/actions/events.ts'
import { createObserver } from '../../lib/actions/observe/observer.ts'
import type { Ports } from '../../lib/actions/ports.ts'
import type { DeployRequest } from '../../lib/actions/plan/request.ts'
import { awsPorts } from '../../lib/adapters/aws/aws-ports.ts'
import { newIds } from '../../lib/adapters/ids.ts'
import { silentAudit } from '../fakes/silent-audit.ts'
import type { Shop } from '../fakes/shop.ts'

/** How long its lease lasts unless renewed. */
export const leaseSeconds = 5

export type Ended = DeployEnd & { readonly events: readonly DeployEvent[] }

/** One `create deploy --wait` as a function, whose ports a test may hold up. */
export async function command(
  shop: Shop,
  request: Partial<DeployRequest>,
  held: (ports: Ports) => Partial<Ports> = () => ({}),
): Promise<Ended> {
  const { clock, env } = shop
  const aws = awsPorts({ env, clock })
  const ports: Ports = { ...aws.command, ...newIds(clock), clock, audit: silentAudit }
  const running = deploy(
    { app: 'shop', processes: ['default'], trigger: 'manual', ...request },
    {
      ports: { ...ports, ...held(ports) },
      observer: createObserver({ ...aws.loop, clock }),
      leaseSeconds,
      dryRun: false,
      wait: true,
      signal: new AbortController().signal,
    },
  )
  const events: DeployEvent[] = []
  while (true) {
    const { done, value } = await running.next()
    if (done) return { ...value, events }
    events.push(value)
  }
}

/** Somewhere that a command sleeps until it is woken. */
export type Gate = { readonly reached: Promise<void>; pass(): Promise<void>; open(): void }

export function gate(): Gate {
  let reach = (): void => {}
  let open = (): void => {}
  const reached = new Promise<void>(resolve => (reach = resolve))
  const opened = new Promise<void>(resolve => (open = resolve))
  return {
    reached,
    pass: () => {
      reach()
      return opened
    },
    open: () => open(),
  }
}

/** The same port, but for some of its methods. */
export function wrapped<Port extends object>(port: Port, over: Partial<Port>): Port {
  return new Proxy(port, { get: (whole, name) => Reflect.get(name in over ? over : whole, name) })
}
