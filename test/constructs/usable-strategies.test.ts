import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { appOfEnvironment } from '../../lib/config/app-of-environment.ts'
import { parseConfig } from '../../lib/config/read-config.ts'
import { TapitApp } from '../../lib/constructs/patterns/tapit-app.ts'
import { usableStrategies } from '../../lib/constructs/usable-strategies.ts'

const file = parseConfig(
  `
app: shop
region: eu-west-1
environments: { staging: {}, production: {} }
processes:
  default: { port: 8080 }
  backoffice: { kind: api, port: 3000 }
  reports: { kind: api, port: 3000 }
  worker: { command: [node, worker.js] }
routes:
  - { on: default, path: "/api/*", to: backoffice }
  - { on: default, path: "/reports/*", to: reports }
  - { on: default, path: "/charts/*", to: reports }
strategies:
  gentle: { type: rolling, rollbackOn: [ { metric: system.cpu_usage_percentage, above: 90 } ] }
  watched: { type: rolling, rollbackOn: [ { metric: http.error_rate, above: 5 } ] }
  careful: { type: canary, rollbackOn: [ { metric: http.error_rate, above: 5 } ] }
  live: { type: blue_green, targets: { environments: [production] } }
  mine: { type: blue_green, targets: { processes: [worker] } }
  here: { type: rolling, targets: { regions: [eu-west-1] } }
`,
  'tapit.yml',
)
const config = appOfEnvironment(file, 'production')

describe('the strategies that a deploy of a process may name', () => {
  it.each([
    ['default', 'web', ['gentle', 'watched', 'careful', 'live', 'here']],
    ['backoffice', 'api', ['gentle', 'watched', 'careful', 'live', 'here']],
    ['reports', 'api', ['gentle', 'watched', 'here']],
    ['worker', 'worker', ['gentle', 'live', 'mine', 'here']],
  ] as const)('of %s, which is %s, are those that can work there', (name, kind, expected) => {
    const strategies = usableStrategies({ config, process: { name, kind }, region: 'eu-west-1' })

    expect(strategies.map(strategy => strategy.name)).toEqual(expected)
  })

  it('are not those that their targets leave out', () => {
    const strategies = usableStrategies({
      config: appOfEnvironment(file, 'staging'),
      process: { name: 'default', kind: 'web' },
      region: 'eu-central-1',
    })

    expect(strategies.map(({ name }) => name)).toEqual(['gentle', 'watched', 'careful'])
  })

  it('are those of every region where the region is not known yet', () => {
    const strategies = usableStrategies({ config, process: { name: 'worker', kind: 'worker' } })

    expect(strategies.map(({ name }) => name)).toContain('here')
  })

  it('carry their settings', () => {
    const [gentle] = usableStrategies({ config, process: { name: 'worker', kind: 'worker' } })

    expect(gentle).toEqual({
      name: 'gentle',
      type: 'rolling',
      rollbackOn: [{ metric: 'system.cpu_usage_percentage', above: 90 }],
    })
  })

  it('have their alarms in the app, process by process', () => {
    const stack = new Stack(new App(), 'shop', { env: { region: 'eu-west-1' } })

    new TapitApp(stack, 'App', { config })

    const names = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'))
      .map(({ Properties }): string => Properties.AlarmName)
      .filter(name => name.includes('/rollback-'))
    expect(names.toSorted()).toEqual([
      'shop/backoffice/rollback-careful-1-blue',
      'shop/backoffice/rollback-careful-1-green',
      'shop/backoffice/rollback-gentle-1',
      'shop/backoffice/rollback-watched-1-blue',
      'shop/backoffice/rollback-watched-1-green',
      'shop/default/rollback-careful-1-blue',
      'shop/default/rollback-careful-1-green',
      'shop/default/rollback-gentle-1',
      'shop/default/rollback-watched-1-blue',
      'shop/default/rollback-watched-1-green',
      'shop/reports/rollback-gentle-1',
      'shop/reports/rollback-watched-1-blue',
      'shop/worker/rollback-gentle-1',
    ])
  })
})
