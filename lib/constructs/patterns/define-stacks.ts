import { type App, Fn, Stack } from 'aws-cdk-lib'
import type { AppConfig } from '../../config/app-config.ts'
import { appOfEnvironment } from '../../config/app-of-environment.ts'
import type { TapitConfig } from '../../config/read-config.ts'
import { foundationStack } from '../../names/aws.ts'
import { Refusal } from '../../names/refusal.ts'
import { mostZones } from '../app-network.ts'
import { Foundation } from '../foundation.ts'
import { TapitApp } from './tapit-app.ts'

/** What the CDK CLI says of the account and region that it works in. */
export type CdkEnvironment = {
  readonly CDK_DEFAULT_ACCOUNT?: string | undefined
  readonly CDK_DEFAULT_REGION?: string | undefined
}

type Place = { readonly account?: string; readonly region: string }

/** The stacks of a tapit.yml: one for each environment, and the foundation of every account and region that they are in. */
export function defineStacks(app: App, config: TapitConfig, cdk: CdkEnvironment): readonly Stack[] {
  const environments = config.environments.map(name => appOfEnvironment(config, name))
  const foundations = new Map<string, Stack>()
  const stacks = environments.map(environment => {
    const place = placeOf(environment, cdk)
    const key = `${place.account ?? ''}/${place.region}`
    const foundation =
      foundations.get(key) ?? defineFoundation(app, environment, place, [...foundations.keys()])
    foundations.set(key, foundation)
    const stack = defineApp(app, environment, place)
    stack.addStackDependency(foundation, 'the table of records')
    return stack
  })
  return [...foundations.values(), ...stacks]
}

function placeOf({ account, region, environment, domain }: AppConfig, cdk: CdkEnvironment): Place {
  const where = { account: account ?? cdk.CDK_DEFAULT_ACCOUNT, region: region ?? cdk.CDK_DEFAULT_REGION }
  if (where.region === undefined) {
    throw new Refusal({
      code: 'no_region',
      exit: 'usage',
      message: `which region is ${environment} in? Neither tapit.yml nor the AWS settings say.`,
      advice: 'Put `region: eu-west-1` (or yours) into tapit.yml, or set AWS_REGION.',
    })
  }
  refuseForeignCertificate(domain, where.region)
  return { account: where.account, region: where.region }
}

/** Where tapit.yml names no region, only now is it known. */
function refuseForeignCertificate(domain: AppConfig['domain'], region: string): void {
  const [, , , certificateRegion = region] = domain?.certificate.split(':') ?? []
  if (certificateRegion === region) return
  throw new Refusal({
    code: 'foreign_certificate',
    exit: 'usage',
    message: `the certificate of ${domain?.name} is in ${certificateRegion}, and the app in ${region}: a load balancer takes one of its own region.`,
    advice: `Request one in ${region} (ACM), or put \`region: ${certificateRegion}\` into tapit.yml.`,
  })
}

/** The same for every app, so that two apps of one account and region never take it from each other. */
function defineFoundation(
  app: App,
  { githubProvider }: AppConfig,
  place: Place,
  others: readonly string[],
): Stack {
  const { length } = others
  const stack = new Stack(app, length === 0 ? foundationStack : `${foundationStack}-${length + 1}`, {
    env: place,
    stackName: foundationStack,
    description: 'tapit: the records of all apps in this account and region',
  })
  // The provider is the account's, whatever the region: its first foundation makes it.
  const isInAccount = others.some(other => other.startsWith(`${place.account ?? ''}/`))
  new Foundation(stack, 'Foundation', { githubProvider: isInAccount ? 'existing' : githubProvider })
  return stack
}

function defineApp(app: App, config: AppConfig, place: Place): Stack {
  // Two accounts may each have a cluster of that name.
  const isTaken = app.node.tryFindChild(config.cluster) !== undefined
  const stack = new AppStack(app, isTaken ? `${config.cluster}-${config.environment}` : config.cluster, {
    env: place,
    stackName: config.cluster,
    terminationProtection: true,
    description: `tapit: ${config.app} in ${config.environment}`,
  })
  new TapitApp(stack, 'App', { config })
  return stack
}

/** Without termination protection a `cdk destroy` would stop half-way, at the load balancer's own deletion protection. */
class AppStack extends Stack {
  /** Those of the region, whatever they are: to look them up would take credentials at synthesis. */
  override get availabilityZones(): string[] {
    return Array.from({ length: mostZones }, (_, index) => Fn.select(index, Fn.getAzs()))
  }
}
