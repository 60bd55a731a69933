import {
  auditLogGroup,
  parameterPath,
  releaseParameter,
  strategyParameter,
  tagKeys,
} from '../../names/aws.ts'
import { Refusal } from '../../names/refusal.ts'
import { type AppServices, appServices } from '../services/app-services.ts'
import { environmentOf } from '../services/environment-of.ts'
import { readPolicies } from '../approvals/read-policies.ts'
import type { Ports } from '../ports.ts'
import { releaseSettings } from '../plan/release-settings.ts'
import { Trouble } from '../trouble.ts'
import { type Check, checked, failed, ok } from './check.ts'
import type { CheckUpMeans, CheckedApp } from './check-up.ts'
import { checkProcesses } from './check-processes.ts'

/** The app's cluster, and all that belongs to it. */
export async function checkApp({ app, ports }: CheckUpMeans): Promise<readonly Check[]> {
  if (app instanceof Refusal) return [{ name: 'app', ...failed(app) }]
  let services: AppServices
  try {
    services = await appServices(ports.ecs, app)
  } catch (error) {
    return [{ name: 'app', ...failed(error) }]
  }
  const others = await Promise.all([
    checkSettings(app, ports),
    checkAudit(app, ports),
    checkPermissions(services, ports),
    checkProcesses(services, { app, ports }),
  ])
  return [{ name: 'app', ...appCheck(services, app) }, ...others.flat()]
}

function appCheck(
  { cluster, environment, services, leftOut }: AppServices,
  app: CheckedApp,
): Omit<Check, 'name'> {
  const names = services.map(({ process }) => process).join(', ')
  const ignored = leftOut.length === 0 ? '' : ` Left out: ${leftOut.map(({ name }) => name).join(', ')}.`
  const tag = environmentOf(cluster)
  const advice = `aws ecs tag-resource --resource-arn ${cluster.arn} --tags key=${tagKeys.environment},value=${app.environment ?? environment}`
  if (tag === undefined) {
    return {
      status: 'warning',
      message: `The cluster "${cluster.name}" has the processes ${names}, but no tag says which environment it is: ${environment} is assumed.${ignored}`,
      advice,
    }
  }
  if (app.environment !== undefined && tag !== app.environment) {
    return {
      status: 'warning',
      message: `The cluster "${cluster.name}" says that it is the environment ${tag}, not ${app.environment}: policies go by what it says.${ignored}`,
      advice,
    }
  }
  return ok(`The cluster "${cluster.name}" (${environment}) has the processes ${names}.${ignored}`)
}

function checkSettings({ cluster }: CheckedApp, { parameters }: Ports): Promise<readonly Check[]> {
  return checked('settings', async () => {
    const found = await parameters.under(parameterPath(cluster))
    const release = found.get(releaseParameter(cluster))
    if (release !== undefined) await releaseSettings(release, cluster)
    const names = [...found.keys()]
    const strategies = names.filter(name => name.startsWith(strategyParameter(cluster, ''))).length
    const policies = readPolicies(found, cluster).length
    return [ok(`Strategies in SSM: ${strategies}. Policies: ${policies}.`)]
  })
}

const day = 24 * 60 * 60 * 1_000

function checkAudit({ cluster }: CheckedApp, { logs, clock }: Ports): Promise<readonly Check[]> {
  const group = auditLogGroup(cluster)
  return checked('audit', async () => {
    try {
      await logs.newest({ group, words: [], from: clock.now() - day, limit: 1 })
      return [ok(`What is changed is written to ${group}, and you may read it.`)]
    } catch (error) {
      if (!(error instanceof Trouble)) throw error
      if (error.kind === 'denied')
        return [ok(`You may not read ${group}, as is right for whoever only deploys.`)]
      if (error.kind !== 'missing') throw error
      return [
        {
          status: 'warning',
          message: `There is no log group ${group} yet: nobody will know who changed what.`,
          advice: 'cdk deploy makes it; so does the first deploy, by whoever has logs:CreateLogGroup.',
        },
      ]
    }
  })
}

/** Reads that every deploy makes, and that no other check does. What may be changed shows when it is. */
async function checkPermissions(
  { cluster: { name: cluster }, services }: AppServices,
  { ecs, alarms, rules }: Ports,
): Promise<readonly Check[]> {
  const [service] = services.map(each => each.service.name)
  const answers = await Promise.allSettled([
    ecs.taskArns({ cluster, desiredStatus: 'RUNNING', limit: 1 }),
    alarms.states(['tapit-doctor']),
    rules.live(
      services
        .flatMap(each => each.service.wiring.flatMap(({ productionRule }) => productionRule ?? []))
        .slice(0, 1),
    ),
    ...(service === undefined ? [] : [ecs.listServiceDeployments(cluster, service)]),
  ])
  const failures = answers.flatMap(answer => (answer.status === 'rejected' ? [answer.reason as unknown] : []))
  return failures.length === 0
    ? [{ name: 'permissions', ...ok('What a deploy reads may be read. What it changes shows when it does.') }]
    : failures.map(error => ({ name: 'permissions', ...failed(error) }))
}
