import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import { ECSClient, ListServiceDeploymentsCommand } from '@aws-sdk/client-ecs'
import { systemClock } from '../../lib/adapters/system-clock.ts'
import { type Second, sendTraffic } from '../../lib/cli/traffic/send-traffic.ts'
import { failed, total } from '../../lib/cli/traffic/tally.ts'
import type { StrategySettings } from '../../lib/config/schema.ts'
import { rollbackAlarmName, strategyParameter, targetGroupColors } from '../../lib/names/aws.ts'
import { cloudWatchHandlers } from '../../lib/sandbox/cloudwatch/handlers.ts'
import { dnsName } from '../../lib/sandbox/elbv2/address.ts'
import { users } from '../../lib/sandbox/users.ts'
import { type BenchApp, openBenchApp } from '../bench-app.ts'
import { expectCode } from '../expect-code.ts'
import type { Figure, Measure } from '../figure.ts'
import { inLanes } from '../in-lanes.ts'
import type { Ended } from '../run-process.ts'

const rps = 50
const badRuns = 3
const lanes = 2
const canaryPercent = 10
/** Of 50 requests, four standard deviations of what a share of 10 % comes to by chance. */
const noise = 100 * 4 * Math.sqrt(((canaryPercent / 100) * (1 - canaryPercent / 100)) / rps)

type Subject = { readonly name: string; readonly settings: StrategySettings }

const rollbackOn: StrategySettings['rollbackOn'] = [{ metric: 'http.error_rate', above: 5 }]

/** A minute lasts two seconds. */
const subjects: readonly Subject[] = [
  { name: 'rolling', settings: { type: 'rolling', rollbackOn } },
  { name: 'blue_green', settings: { type: 'blue_green', bakeMinutes: 5, rollbackOn } },
  {
    name: 'canary',
    settings: { type: 'canary', canaryPercent, canaryBakeMinutes: 5, bakeMinutes: 1, rollbackOn },
  },
  {
    name: 'linear',
    settings: { type: 'linear', stepPercent: 25, stepBakeMinutes: 2, bakeMinutes: 1, rollbackOn },
  },
]

/**
 * What users see of a version that is healthy and answers every second request with a 500, by strategy, and how soon it is noticed; and that
 * they see nothing of a good one.
 */
export const strategies: Measure = {
  name: 'strategies',
  async run() {
    const deploys = subjects.flatMap(subject => [
      { subject, isGood: true },
      ...Array.from({ length: badRuns }, () => ({ subject, isGood: false })),
    ])
    const seen = await inLanes(lanes, deploys, async ({ subject, isGood }) => ({
      subject,
      isGood,
      ...(await deploy(subject, { isGood })),
    }))
    const bad = seen.filter(({ isGood }) => !isGood)
    return [
      ...subjects.flatMap(subject =>
        figuresOf(
          subject,
          bad.filter(each => each.subject === subject),
        ),
      ),
      {
        name: 'good deploys of all four: requests failed or lost',
        unit: 'calls',
        values: seen.filter(({ isGood }) => isGood).map(({ seconds }) => failed(total(seconds))),
        limit: { max: 0 },
        atLeast: subjects.length,
        note: `of ${total(seen.filter(({ isGood }) => isGood).flatMap(({ seconds }) => seconds)).requests}`,
      },
      {
        name: 'alarm visible → rollback visible in ECS',
        unit: 's',
        values: bad.flatMap(({ noticed }) => noticed?.byEcs ?? []),
        limit: { max: 2 },
        atLeast: bad.length,
        note: 'rounds of the scheduler: 0.5 s',
      },
      {
        name: 'alarm visible → told by tapit',
        unit: 's',
        values: bad.flatMap(({ noticed }) => noticed?.byTapit ?? []),
        // It looks every two seconds while a deployment is under way.
        limit: { median: 2 },
        atLeast: bad.length,
      },
    ]
  },
}

type Seen = {
  readonly seconds: readonly Second[]
  /** Seconds since the alarm was visible; absent where none was. */
  readonly noticed?: { readonly byEcs: number; readonly byTapit: number }
}

function figuresOf({ name, settings }: Subject, seen: readonly Seen[]): readonly Figure[] {
  const isCanary = settings.type === 'canary'
  const deploys = seen.map(({ seconds }) => seconds)
  return [
    {
      name: `bad ${name}: failed requests in the worst second`,
      unit: '%',
      values: deploys.map(seconds => Math.max(...seconds.map(shareOfFailed))),
      ...(isCanary && { limit: { max: canaryPercent + noise } }),
      atLeast: badRuns,
    },
    {
      name: '  of all requests during the deploy',
      unit: '%',
      values: deploys.map(seconds => shareOfFailed(total(seconds))),
      ...(isCanary && { limit: { max: canaryPercent } }),
    },
    {
      name: '  failed requests',
      unit: 'calls',
      values: deploys.map(seconds => failed(total(seconds))),
      note: `without any answer: ${total(deploys.flat()).lost}`,
    },
  ]
}

function shareOfFailed(tally: Parameters<typeof failed>[0]): number {
  return tally.requests === 0 ? 0 : (100 * failed(tally)) / tally.requests
}

async function deploy(subject: Subject, { isGood }: { readonly isGood: boolean }): Promise<Seen> {
  const app = await openBenchApp()
  const strategy = publish(app, subject)
  await app.push({ tag: 'next', behaviour: isGood ? 'ok' : 'errors', processes: ['default'] })
  const traffic = startTraffic(app)
  const watch = startWatch(app)
  try {
    const argv = ['create', 'deploy', 'process=default', 'docker_tag=next', `strategy=${strategy}`, '--wait']
    let told: number | undefined
    const ended = await app.tapit(argv, {
      onStart: ({ stderr }) =>
        stderr?.on('data', chunk => {
          if (told === undefined && String(chunk).includes('failed: alarm')) told = Date.now()
        }),
    })
    expectCode(isGood ? 0 : 1, ended)
    const seconds = await traffic.end(ended)
    const { ringing, rollingBack } = await watch.end()
    if (isGood) return { seconds }
    if (ringing === undefined || rollingBack === undefined || told === undefined)
      throw new Error(`no alarm has ended ${subject.name}:\n${ended.stderr}`)
    return {
      seconds,
      noticed: { byEcs: (rollingBack - ringing) / 1000, byTapit: (told - ringing) / 1000 },
    }
  } finally {
    await Promise.all([traffic.end(), watch.end()])
    await app.close()
  }
}

/** Under a name of its own, with alarms as the CDK library makes them. */
function publish({ world }: BenchApp, { name, settings }: Subject): string {
  const strategy = `watched-${name.replace('_', '-')}`
  const { parameters } = world.state.ssm
  const model = parameters[strategyParameter('shop', 'careful')]
  if (model === undefined) throw new Error('the shop has no strategy "careful" any more')
  const parameter = strategyParameter('shop', strategy)
  parameters[parameter] = { ...model, name: parameter, value: JSON.stringify(settings) }
  const { PutMetricAlarm } = cloudWatchHandlers(world)
  const of = { app: 'shop', process: 'default', rule: 1 }
  for (const color of targetGroupColors) {
    const alarm = world.state.cloudwatch.alarms[rollbackAlarmName({ ...of, strategy: 'careful', color })]
    if (alarm === undefined) throw new Error('the alarms of "careful" are not there any more')
    void PutMetricAlarm?.({ ...alarm.settings, AlarmName: rollbackAlarmName({ ...of, strategy, color }) })
  }
  return strategy
}

type TrafficUnderWay = {
  /** Stops it, and answers with the seconds of a command's run, or all of them. */
  end(run?: Pick<Ended, 'startedAt' | 'endedAt'>): Promise<readonly Second[]>
}

function startTraffic({ world, env }: BenchApp): TrafficUnderWay {
  const { port } = new URL(env['AWS_ENDPOINT_URL'] ?? '')
  const [loadBalancer] = Object.values(world.state.elbv2.loadBalancers)
  if (loadBalancer === undefined) throw new Error('the shop has no load balancer any more')
  const url = new URL(`http://${dnsName(loadBalancer)}:${port}/`)
  const { ask, leave } = users({ port: Number(port), url })
  const stop = new AbortController()
  const sent: Second[] = []
  const sending = (async () => {
    for await (const second of sendTraffic({ rps, ask, clock: systemClock, signal: stop.signal }))
      sent.push(second)
  })()
  return {
    end: async run => {
      stop.abort()
      await sending
      leave()
      return run === undefined ? sent : sent.filter(({ at }) => at + 1000 > run.startedAt && at < run.endedAt)
    },
  }
}

type WatchUnderWay = {
  /** When it first saw an alarm in ALARM, and the deployment on its way back. */
  end(): Promise<{ readonly ringing?: number; readonly rollingBack?: number }>
}

/** Asks as anybody could, ten times a second: for the alarm first, so that nothing is seen to follow it too soon. */
function startWatch({ env, world: { region } }: BenchApp): WatchUnderWay {
  const options = {
    region,
    endpoint: env['AWS_ENDPOINT_URL'],
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  }
  const cloudwatch = new CloudWatchClient(options)
  const ecs = new ECSClient(options)
  const over = new AbortController()
  let ringing: number | undefined
  let rollingBack: number | undefined
  const watching = (async () => {
    while (!over.signal.aborted && rollingBack === undefined) {
      const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ StateValue: 'ALARM' }))
      if (MetricAlarms.length > 0) ringing ??= Date.now()
      const { serviceDeployments = [] } = await ecs.send(
        new ListServiceDeploymentsCommand({ cluster: 'shop', service: 'default', maxResults: 1 }),
      )
      if (serviceDeployments.some(({ status = '' }) => status.startsWith('ROLLBACK')))
        rollingBack = Date.now()
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  })()
  return {
    end: async () => {
      over.abort()
      await watching
      cloudwatch.destroy()
      ecs.destroy()
      return { ringing, rollingBack }
    },
  }
}
