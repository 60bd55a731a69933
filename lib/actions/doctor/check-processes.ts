import { tagKeys } from '../../names/aws.ts'
import type { AppService, AppServices } from '../services/app-services.ts'
import { inParallel } from '../batches.ts'
import type { LiveRule, Ports, TrafficWiring } from '../ports.ts'
import { type SurveyedProcess, survey } from '../services/survey.ts'
import { trafficNow } from '../services/traffic-now.ts'
import { Trouble } from '../trouble.ts'
import { type Check, checked, ok } from './check.ts'
import type { CheckedApp } from './check-up.ts'

const readsAtOnce = 5

type Place = { readonly app: CheckedApp; readonly ports: Ports }

/** Each process as a deploy would find it: its service, its wiring, where its images are. */
export async function checkProcesses(
  { services }: AppServices,
  { app, ports }: Place,
): Promise<readonly Check[]> {
  const rules = await liveRules(services, ports)
  let surveyed: readonly SurveyedProcess[] = []
  const processes = await checked('process', async () => {
    surveyed = (await survey(app, ports)).processes
    return surveyed.map(each => {
      const service = services.find(({ process }) => process === each.process)
      return { process: each.process, ...processCheck(each, { found: service, rules }) }
    })
  })
  const repositories = [...new Set(surveyed.flatMap(({ repository }) => repository ?? []))]
  const checks = await inParallel(repositories, readsAtOnce, repository => checkRepository(repository, ports))
  return [...processes, ...checks.flat(), execCheck(services)]
}

/** Absent where they cannot be read: the permissions say so. */
type Rules = readonly LiveRule[] | undefined

async function liveRules(services: readonly AppService[], { rules }: Ports): Promise<Rules> {
  const arns = services.flatMap(({ service }) =>
    service.wiring.flatMap(({ productionRule }) => productionRule ?? []),
  )
  try {
    return await rules.live(arns)
  } catch (error) {
    if (error instanceof Trouble) return undefined
    throw error
  }
}

type Found = Omit<Check, 'name' | 'process'>

function processCheck(
  { process, problem, command, kind, container, repository = '' }: SurveyedProcess,
  { found, rules }: { readonly found: AppService | undefined; readonly rules: Rules },
): Found {
  const service = found?.service
  const template = service?.tags[tagKeys.template]
  if (problem !== undefined) {
    const isWithoutTemplate = command === undefined && template !== undefined
    const advice = isWithoutTemplate ? `cdk deploy makes the template ${template}.` : command
    return {
      status: 'error',
      message: `Nothing can be deployed: ${problem}`,
      ...(advice !== undefined && { advice }),
    }
  }
  if (service === undefined) return ok(`A ${kind} that appeared just now.`)
  if (service.scheduling !== 'REPLICA') {
    return {
      status: 'error',
      message: `Nothing can be deployed: its service is a ${service.scheduling}, and Fargate knows only REPLICA.`,
    }
  }
  const from = template === undefined ? 'the revision that runs' : `the template ${template}`
  const image = repository.slice(repository.lastIndexOf('/') + 1)
  const known = `A ${kind}: container ${container}, images of ${image}, made from ${from}`
  if (service.classicLoadBalancer !== undefined) {
    return {
      status: 'warning',
      message: `${known}. It is behind a Classic Load Balancer, whose health tapit cannot see and whose traffic nobody can move.`,
    }
  }
  return wiringCheck(service.wiring, { process, known, rules, strategy: service.tags[tagKeys.strategy] })
}

function wiringCheck(
  wiring: readonly TrafficWiring[],
  {
    process,
    known,
    rules,
    strategy,
  }: {
    readonly process: string
    readonly known: string
    readonly rules: Rules
    readonly strategy?: string
  },
): Found {
  if (wiring.length === 0) return ok(`${known}; no load balancer.`)
  const isPair = wiring.every(
    each => each.alternate !== undefined && each.productionRule !== undefined && each.role !== undefined,
  )
  if (!isPair) {
    return strategy === undefined || strategy === 'rolling'
      ? ok(`${known}; one target group, so it can be deployed by rolling alone.`)
      : {
          status: 'error',
          message: `${known}; its strategy is ${strategy}, but ECS has one target group, and cannot move traffic.`,
          advice:
            'Give the process one rule in tapit.yml and run cdk deploy, or deploy it with strategy=rolling.',
        }
  }
  const traffic = rules === undefined ? [] : wiring.flatMap(each => trafficNow(each, rules) ?? [])
  if (traffic.some(({ isRuleGone }) => isRuleGone)) {
    return {
      status: 'error',
      message: `${known}; the listener rule of its traffic is gone, so nobody reaches it.`,
      advice: 'cdk deploy',
    }
  }
  if (traffic.some(({ isSplit }) => isSplit)) {
    return {
      status: 'warning',
      message: `${known}; its traffic is split between both target groups, as it is during a deployment and should be at no other time.`,
      advice: `tapit status says whether one is under way; else deploy ${process} with strategy=rolling.`,
    }
  }
  const hasTestRule = wiring.every(each => each.testRule !== undefined)
  return hasTestRule
    ? ok(`${known}; two target groups and a rule for tests.`)
    : ok(`${known}; two target groups, no rule for tests: what is new is first seen by users.`)
}

function checkRepository(repository: string, { images }: Ports): Promise<readonly Check[]> {
  return checked('repository', async () => {
    try {
      await images.find(repository, { tag: 'latest' })
      return [ok(`Images are in ${repository}.`)]
    } catch (error) {
      if (!(error instanceof Trouble) || error.kind !== 'missing') throw error
      return [
        {
          status: 'error',
          message: `There is no repository ${repository}.`,
          advice: `cdk deploy makes it; where CDK is not used: aws ecr create-repository --repository-name ${repository.slice(repository.indexOf('/') + 1)}`,
        },
      ]
    }
  })
}

function execCheck(services: readonly AppService[]): Check {
  const open = services.filter(({ service }) => service.letsIn === true).map(({ process }) => process)
  return open.length === 0
    ? {
        name: 'exec',
        status: 'skipped',
        message: 'ECS Exec is off for all processes, so tapit exec has nowhere to go.',
        advice: 'Where it is wanted: exec: true for the process in tapit.yml, then cdk deploy.',
      }
    : { name: 'exec', ...ok(`tapit exec can go into ${open.join(', ')}.`) }
}
