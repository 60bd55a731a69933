import { describe, expect, it } from 'vitest'
import {
  type Change,
  lostProcesses,
  movedRules,
  replacedBootstraps,
  writtenRules,
} from '../../../lib/actions/doctor/compare.ts'
import { readTemplate, type Template } from '../../../lib/actions/doctor/template.ts'

const blue = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop-default-blue/1'
const green = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop-default-green/2'
const physicalIds = new Map([
  ['Blue', blue],
  ['Green', green],
  ['Rule', 'rule-arn'],
  ['TestRule', 'test-rule-arn'],
])

type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties: object }>>

const forward = (weights: readonly [number, number]) => ({
  Type: 'forward',
  ForwardConfig: {
    TargetGroups: [
      { TargetGroupArn: { Ref: 'Blue' }, Weight: weights[0] },
      { TargetGroupArn: { Ref: 'Green' }, Weight: weights[1] },
    ],
  },
})
type RuleSettings = { readonly path?: string; readonly action?: object; readonly priority?: number }

const rule = ({ path = '/*', action = forward([100, 0]), priority = 1 }: RuleSettings = {}) => ({
  Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
  Properties: {
    Priority: priority,
    Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: [path] } }],
    Actions: [action],
  },
})
const bootstrap = (port: number) => ({
  Type: 'AWS::ECS::TaskDefinition',
  Properties: {
    Family: 'shop-default',
    ContainerDefinitions: [{ Name: 'default', PortMappings: [{ ContainerPort: port }] }],
  },
})
const tagged = ({ Type, Properties }: Resources[string]) => ({
  Type,
  Properties: { ...Properties, Tags: [{ Key: 'team', Value: 'payments' }] },
})
const targetGroup = { Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: {} }
const service = (more: object = {}) => ({
  Type: 'AWS::ECS::Service',
  Properties: {
    ServiceName: 'default',
    Tags: [{ Key: 'tapit:process', Value: 'default' }],
    LoadBalancers: [
      {
        AdvancedConfiguration: {
          ProductionListenerRule: { Ref: 'Rule' },
          TestListenerRule: { Ref: 'TestRule' },
        },
      },
    ],
    ...more,
  },
})
const shop: Resources = {
  Blue: targetGroup,
  Green: targetGroup,
  Rule: rule(),
  TestRule: rule(),
  Service: service(),
  BootstrapRevision: bootstrap(8080),
}

const template = (resources: Resources): Template =>
  readTemplate(JSON.stringify({ Resources: resources }), 'a test')

const without = (...ids: readonly string[]): Resources =>
  Object.fromEntries(Object.entries(shop).filter(([id]) => !ids.includes(id)))

const change = (next: Resources, more: Partial<Change> = {}): Change => ({
  stack: 'shop',
  deployed: template(shop),
  next: template(next),
  physicalIds,
  ...more,
})

const live = (arn: string, blueWeight: number, greenWeight: number) => ({
  arn,
  weights: [
    { targetGroup: blue, weight: blueWeight },
    { targetGroup: green, weight: greenWeight },
  ],
})

describe('the rules that a change writes', () => {
  it.each<{ readonly fact: string; readonly next: Resources; readonly written: readonly string[] }>([
    { fact: 'none where nothing changed', next: shop, written: [] },
    {
      fact: 'none where only a service changed',
      next: { ...shop, Service: service({ Tags: [] }) },
      written: [],
    },
    {
      fact: 'the one with another path',
      next: { ...shop, Rule: rule({ path: '/v2/*' }) },
      written: ['Rule'],
    },
    {
      fact: 'the one with another priority',
      next: { ...shop, Rule: rule({ priority: 2 }) },
      written: ['Rule'],
    },
    { fact: 'the one that goes while its target groups stay', next: without('Rule'), written: ['Rule'] },
    { fact: 'not those that go with their target groups', next: {}, written: [] },
  ])('are $fact', ({ next, written }) => {
    expect(writtenRules(change(next)).map(({ id }) => id)).toEqual(written)
  })

  it('are those, too, that a change set touches for what they refer to', () => {
    const touched = new Set(['TestRule'])

    expect(writtenRules(change(shop, { touched }))).toMatchObject([
      { id: 'TestRule', process: 'default', listens: 'test' },
    ])
  })
})

describe('the rules that ECS has moved', () => {
  const next = { ...shop, Rule: rule({ path: '/v2/*' }) }

  it.each([
    { weights: [0, 100], moved: true },
    { weights: [90, 10], moved: true },
    { weights: [0, 0], moved: true },
    { weights: [100, 0], moved: false },
    { weights: [1, 0], moved: false },
  ] as const)('are told by their shares: $weights moved $moved', ({ weights: [one, other], moved }) => {
    const found = movedRules(writtenRules(change(next)), [live('rule-arn', one, other)])

    expect(found.length > 0).toBe(moved)
  })

  it('are told with process, paths and both shares', () => {
    expect(movedRules(writtenRules(change(next)), [live('rule-arn', 10, 90)])).toEqual([
      {
        is: 'weights_moved',
        process: 'default',
        rule: 'Rule',
        listens: 'production',
        paths: ['/*'],
        live: [
          { targetGroup: 'shop-default-blue', percent: 10 },
          { targetGroup: 'shop-default-green', percent: 90 },
        ],
        template: [{ targetGroup: 'shop-default-blue', percent: 100 }],
      },
    ])
  })

  it('are compared with a single target group as with all of the traffic', () => {
    const single = { ...shop, Rule: rule({ action: { Type: 'forward', TargetGroupArn: { Ref: 'Green' } } }) }
    const written = writtenRules(change(single))

    expect(movedRules(written, [live('rule-arn', 0, 100)])).toEqual([])
    expect(movedRules(written, [live('rule-arn', 100, 0)])).toHaveLength(1)
  })

  it('are not those that are gone', () => {
    expect(movedRules(writtenRules(change(next)), [])).toEqual([])
  })
})

describe('a placeholder', () => {
  it.each<{ readonly fact: string; readonly next: Resources; readonly replaced: boolean }>([
    { fact: 'stays where nothing changed', next: shop, replaced: false },
    {
      fact: 'is replaced when its port changes',
      next: { ...shop, BootstrapRevision: bootstrap(3000) },
      replaced: true,
    },
    {
      fact: 'is replaced when it moves to another logical id',
      next: { ...without('BootstrapRevision'), OtherBootstrap: bootstrap(8080) },
      replaced: true,
    },
    { fact: 'goes with its process', next: {}, replaced: false },
    {
      fact: 'stays where only its tags change',
      next: {
        ...shop,
        BootstrapRevision: tagged(bootstrap(8080)),
      },
      replaced: false,
    },
  ])('$fact', ({ next, replaced }) => {
    const expected = replaced
      ? [{ is: 'bootstrap_replaced', process: 'default', family: 'shop-default' }]
      : []

    expect(replacedBootstraps(change(next))).toEqual(expected)
  })
})

describe('a process', () => {
  it.each<{ readonly fact: string; readonly next: Resources; readonly lost: readonly string[] }>([
    {
      fact: 'stays where its tags and load balancers change',
      next: { ...shop, Service: service({ LoadBalancers: [] }) },
      lost: [],
    },
    { fact: 'goes with its service', next: without('Service'), lost: ['process_removed'] },
    {
      fact: 'is replaced when its service gets another name',
      next: { ...shop, Service: service({ ServiceName: 'web' }) },
      lost: ['process_replaced'],
    },
    {
      fact: 'is replaced when its service gets another logical id',
      next: { ...without('Service'), Other: service() },
      lost: ['process_replaced'],
    },
  ])('$fact', ({ next, lost }) => {
    expect(lostProcesses(change(next)).map(({ is }) => is)).toEqual(lost)
  })
})

describe('a service that is made anew', () => {
  it('cannot have the name of the old one, which goes later', () => {
    expect(lostProcesses(change({ ...without('Service'), Other: service() }))).toEqual([
      { is: 'process_replaced', process: 'default', isNameTaken: true },
    ])
  })

  it.each([
    { fact: 'another name', other: { ServiceName: 'web' } },
    { fact: 'another cluster', other: { Cluster: { Ref: 'Cluster2' } } },
  ])('can have $fact', ({ other }) => {
    expect(lostProcesses(change({ ...without('Service'), Other: service(other) }))).toEqual([
      { is: 'process_replaced', process: 'default' },
    ])
  })
})

describe('a template', () => {
  it.each(['', 'Resources: {}', '[]', '{}', '{"Resources":[]}'])('is refused when it is %j', text => {
    expect(() => readTemplate(text, '"x.json"')).toThrow(/"x.json" is no CloudFormation template in JSON/)
  })
})
