import { appServices } from '../../actions/services/app-services.ts'
import { loadBalancerAddresses } from '../../actions/services/load-balancer-addresses.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Context } from '../context.ts'

/** Where the load balancer of an app answers: that of its public process, or of the first one that has any. */
export async function loadBalancerUrl({
  app,
  environment,
  ports,
}: Pick<Context, 'app' | 'environment' | 'ports'>): Promise<URL> {
  const { services } = await appServices(ports.ecs, {
    app,
    ...(environment !== undefined && { environment }),
  })
  const inOrder = services.toSorted(
    (one, other) => Number(other.process === 'default') - Number(one.process === 'default'),
  )
  for (const { service } of inOrder) {
    const arns = service.loadBalancers.map(({ targetGroup }) => targetGroup)
    const addresses = await loadBalancerAddresses(await ports.targets.groups(arns), ports.targets)
    const [address] = addresses.values()
    if (address !== undefined) return new URL(`http://${address}`)
  }
  throw new Refusal({
    code: 'no_load_balancer',
    message: `no process of ${app} is behind a load balancer that has a listener for it.`,
    advice: 'Say where: url=http://NAME.elb.localhost:PORT, as tapit --sandbox status shows it.',
  })
}
