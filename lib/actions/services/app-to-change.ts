import { tagKeys } from '../../names/aws.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Cluster, Ecs } from '../ports.ts'
import { type AppServices, appServices } from './app-services.ts'
import { environmentOf } from './environment-of.ts'

/** An app and its services, for whoever changes something there. */
export async function appToChange(
  ecs: Ecs,
  wish: { app: string; environment?: string; processes?: readonly string[] },
): Promise<AppServices> {
  const found = await appServices(ecs, wish)
  refuseOtherEnvironment(found.cluster, wish)
  return found
}

/**
 * A cluster that says it is another environment than was meant is left alone: what is meant for production should not go past production's
 * policies by a wrong tag, nor what is meant for staging get there by a wrong name.
 */
export function refuseOtherEnvironment(
  cluster: Cluster,
  { environment }: { readonly environment?: string },
): void {
  const tagged = environmentOf(cluster)
  if (environment === undefined || tagged === undefined || tagged === environment) return
  const { name, arn } = cluster
  throw new Refusal({
    code: 'other_environment',
    message: `the cluster "${name}" says that it is the environment ${tagged} (its tag ${tagKeys.environment}), not ${environment}: nothing is changed there.`,
    advice: `If it is ${environment}: aws ecs tag-resource --resource-arn ${arn} --tags key=${tagKeys.environment},value=${environment}`,
  })
}
