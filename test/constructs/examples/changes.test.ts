import { describe, expect, it } from 'vitest'
import { type Change, lostProcesses, replacedBootstraps } from '../../../lib/actions/doctor/compare.ts'
import type { Finding } from '../../../lib/actions/doctor/finding.ts'
import { readTemplate } from '../../../lib/actions/doctor/template.ts'
import { templateDiff } from '../support/template-diff.ts'
import { type CloudFormationTemplate, synthesizeExample, tapitYmlOf } from './support/examples.ts'

type Diff = readonly string[]
type Edit = readonly [
  what: string,
  edit: readonly [was: string, is: string],
  diffs: { readonly production: Diff; readonly staging: Diff },
]

const service = 'AWS::ECS::Service'
const definition = 'AWS::ECS::TaskDefinition'
const rule = 'AWS::ElasticLoadBalancingV2::ListenerRule'

/** Its priority too: no rule ever takes one that another still has (lib/config/listener-rules.ts). */
const changedRoute: Diff = [
  'Conditions',
  'Conditions',
  'Priority',
  'Priority',
  'Transforms',
  'Transforms',
].map(property => `${rule}.${property}`)

const alarmChanges: Diff = Array.from({ length: 4 }, () => ['AlarmDescription', 'Threshold'])
  .flat()
  .toSorted()
  .map(property => `AWS::CloudWatch::Alarm.${property}`)

/** Edits of examples/shop/tapit.yml, and all that they change in the two stacks. */
const changes: readonly Edit[] = [
  [
    'a count in one environment',
    ['backoffice: { count: 2 }', 'backoffice: { count: 3 }'],
    { production: [`${service}.Tags`], staging: [] },
  ],
  [
    'a count in all environments',
    ["    command: ['node', 'worker.js']", "    count: 2\n    command: ['node', 'worker.js']"],
    { production: [`${service}.Tags`], staging: [`${service}.Tags`] },
  ],
  [
    'cpu and memory',
    ['cpu: 512\n    memory: 1024', 'cpu: 1024\n    memory: 2048'],
    {
      production: [`${definition}.Cpu`, `${definition}.Memory`],
      staging: [`${definition}.Cpu`, `${definition}.Memory`],
    },
  ],
  [
    'a strategy',
    ['default: { strategy: careful,', 'default: { strategy: linear,'],
    {
      // The alarms of `careful` stay: a deploy may still name it.
      production: [`${service}.DeploymentConfiguration`, `${service}.Tags`],
      staging: [],
    },
  ],
  [
    'the settings of a strategy, also where nothing uses it',
    ['canaryPercent: 10', 'canaryPercent: 20'],
    {
      production: [`${service}.DeploymentConfiguration`, 'AWS::SSM::Parameter.Value'],
      staging: ['AWS::SSM::Parameter.Value'],
    },
  ],
  [
    'what a strategy rolls back on, wherever a deploy may name it',
    ['metric: http.error_rate, above: 5', 'metric: http.error_rate, above: 7'],
    {
      // Of `default` and `backoffice`, blue and green.
      production: [...alarmChanges, 'AWS::SSM::Parameter.Value'],
      staging: [...alarmChanges, 'AWS::SSM::Parameter.Value'],
    },
  ],
  [
    'a route, at the production and the test listener',
    ["path: '/api/*', to: backoffice, stripPrefix: /api", "path: '/v2/*', to: backoffice, stripPrefix: /v2"],
    { production: changedRoute, staging: changedRoute },
  ],
  [
    'a variable in one environment',
    ['env: { LOG_LEVEL: warn }', 'env: { LOG_LEVEL: error }'],
    { production: [`${definition}.ContainerDefinitions`], staging: [] },
  ],
  [
    'the bounds of auto scaling',
    ['max: 10', 'max: 20'],
    { production: ['AWS::ApplicationAutoScaling::ScalableTarget.MaxCapacity'], staging: [] },
  ],
  [
    'a schedule',
    ['cron(0 3 * * ? *)', 'cron(0 4 * * ? *)'],
    {
      production: ['AWS::Scheduler::Schedule.ScheduleExpression'],
      staging: ['AWS::Scheduler::Schedule.ScheduleExpression'],
    },
  ],
  [
    'a branch, which only the CLI reads',
    ['branch: release', 'branch: stable'],
    { production: [], staging: [] },
  ],
]

const before = synthesizeExample('shop').templates

describe('a change in tapit.yml', () => {
  it.each(changes)('of %s changes just that', (_, [was, is], { production, staging }) => {
    const after = edited(was, is)

    expect(diffOf('shop', after)).toEqual(production)
    expect(diffOf('shop-staging', after)).toEqual(staging)
    expect(diffOf('tapit-foundation', after)).toEqual([])
  })

  it('of comments and spaces changes nothing', () => {
    const after = synthesizeExample('shop', `# another comment\n${tapitYmlOf('shop')}\n\n`).templates

    expect(after).toEqual(before)
  })

  it('of a process’s name is the loss of one process and another one, in the template too', () => {
    const text = tapitYmlOf('shop')
      .replace('  worker:\n', '  jobs:\n')
      .replace('process: worker', 'process: jobs')
    const after = synthesizeExample('shop', text).templates

    const [gone, come] = [namesOf(before['shop'], after['shop']), namesOf(after['shop'], before['shop'])]

    expect(gone).toEqual([
      'AWS::CloudWatch::Alarm "shop/worker/missing-tasks"',
      'AWS::ECS::Service "worker"',
      'AWS::ECS::TaskDefinition "shop-worker"',
      'AWS::ECS::TaskDefinition "shop-worker-template"',
      'AWS::Logs::LogGroup "/tapit/shop/worker"',
    ])
    expect(come).toEqual(gone.map(name => name.replace(/worker/, 'jobs')))
  })

  it('of a process’s name is told by `tapit doctor` before it happens', () => {
    const text = tapitYmlOf('shop')
      .replace('  worker:\n', '  jobs:\n')
      .replace('process: worker', 'process: jobs')
    const after = synthesizeExample('shop', text).templates

    const [renamed, unchanged] = [lostTo(after['shop']), lostTo(before['shop'])]

    expect(renamed).toEqual([{ is: 'process_removed', process: 'worker' }])
    expect(unchanged).toEqual([])
  })

  it('of a port is refused by `tapit doctor`: the placeholder would be registered again', () => {
    const after = edited('    port: 3000\n', '    port: 3001\n')['shop']

    const findings = replacedBootstraps(changeTo(after))

    expect(findings).toEqual([{ is: 'bootstrap_replaced', process: 'backoffice', family: 'shop-backoffice' }])
  })
})

function lostTo(after: CloudFormationTemplate | undefined): readonly Finding[] {
  return lostProcesses(changeTo(after))
}

function changeTo(after: CloudFormationTemplate | undefined): Change {
  const [deployed, next] = [before['shop'], after].map(template =>
    readTemplate(JSON.stringify(template), 'the test'),
  )
  if (deployed === undefined || next === undefined) throw new Error('there is no such stack')
  return { stack: 'shop', deployed, next, physicalIds: new Map() }
}

function edited(was: string, is: string): Readonly<Record<string, CloudFormationTemplate>> {
  const text = tapitYmlOf('shop')
  if (text.split(was).length !== 2)
    throw new Error(`examples/shop/tapit.yml has "${was}" ${text.split(was).length - 1} times`)
  return synthesizeExample('shop', text.replace(was, is)).templates
}

function diffOf(stack: string, after: Readonly<Record<string, CloudFormationTemplate>>): Diff {
  return templateDiff(before[stack] ?? {}, after[stack] ?? {})
}

/** What the one template names and the other has not. */
function namesOf(
  one: CloudFormationTemplate | undefined,
  other: CloudFormationTemplate | undefined,
): readonly string[] {
  const ids = new Set(Object.keys(other?.Resources ?? {}))
  return Object.entries(one?.Resources ?? {})
    .filter(([id]) => !ids.has(id))
    .flatMap(([, { Type, Properties = {} }]) => {
      const name = ['AlarmName', 'ServiceName', 'Family', 'LogGroupName']
        .map(key => Properties[key])
        .find(each => each !== undefined)
      return name === undefined ? [] : [`${Type} ${JSON.stringify(name)}`]
    })
    .toSorted()
}
