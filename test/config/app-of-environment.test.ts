import { describe, expect, it } from 'vitest'
import type { AppConfig, ProcessConfig } from '../../lib/config/app-config.ts'
import { appOfEnvironment } from '../../lib/config/app-of-environment.ts'
import { parseConfig } from '../../lib/config/read-config.ts'
import { Refusal } from '../../lib/names/refusal.ts'
import { designExample } from './support/design-example.ts'

describe('an app in one of its environments', () => {
  it('is the example of the design in production', () => {
    const app = resolved(designExample, 'production')

    expect(app).toMatchObject({
      app: 'shop',
      environment: 'production',
      cluster: 'shop',
      region: 'eu-west-1',
      profile: 'shop-prod',
      branch: 'release',
      domain: { name: 'shop.example.com' },
      release: { command: ['node', 'migrate.js'] },
      images: { keep: 10 },
    })
    expect(processOf(app, 'default')).toMatchObject({ count: 4, env: { LOG_LEVEL: 'warn' }, cpu: 512 })
    expect(processOf(app, 'default').hosts).toEqual(['shop.example.com'])
    expect(app.policies.map(({ name }) => name)).toEqual(['holiday-freeze', 'senior-approval'])
  })

  it('is the example of the design in staging, below the domain of production', () => {
    const app = resolved(designExample, 'staging')

    expect(app).toMatchObject({ cluster: 'shop-staging', branch: 'main', region: 'eu-west-1' })
    expect(app).not.toHaveProperty('profile')
    expect(app.processes).toEqual([
      {
        name: 'default',
        kind: 'web',
        path: './services/web',
        dockerfile: 'Dockerfile',
        build: { args: {}, secrets: {}, contexts: {} },
        hosts: ['staging.shop.example.com'],
        port: 8080,
        cpu: 512,
        memory: 1024,
        count: 2,
        architecture: 'x86_64',
        spot: false,
        readiness: { type: 'http', path: '/healthz', timeoutMs: 30_000 },
        strategy: {
          name: 'careful',
          type: 'canary',
          canaryPercent: 10,
          canaryBakeMinutes: 5,
          rollbackOn: [{ metric: 'http.error_rate', above: 5 }],
        },
        env: { LOG_LEVEL: 'info' },
        secrets: { DATABASE_URL: 'ssm:/shop/database-url' },
        permissions: [{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::shop-assets/*'] }],
        scale: { min: 2, max: 10, cpu: 60 },
        readOnly: false,
        exec: false,
        drainSeconds: 30,
        stopSeconds: 30,
        logDays: 30,
      },
      expect.objectContaining({ name: 'backoffice', kind: 'api', port: 3000, hosts: [], memory: 512 }),
      expect.objectContaining({ name: 'worker', kind: 'worker', command: ['node', 'worker.js'], cpu: 256 }),
    ])
    expect(processOf(app, 'worker')).not.toHaveProperty('port')
    expect(app.rules).toEqual([
      {
        process: 'backoffice',
        priority: expect.any(Number),
        hosts: ['staging.shop.example.com'],
        paths: ['/api', '/api/*'],
        methods: [],
        rewrite: { regex: '^/api/?(.*)$', replace: '/$1' },
      },
      {
        process: 'default',
        priority: expect.any(Number),
        hosts: ['staging.shop.example.com'],
        paths: ['/*'],
        methods: [],
      },
    ])
  })

  it('answers at the domain itself by its only web process, whatever that is called', () => {
    const domain =
      'domain: { name: shop.example.com, certificate: "arn:aws:acm:eu-west-1:111122223333:certificate/a" }'
    const config = parseConfig(
      `app: shop\n${domain}\nprocesses:\n  site: { port: 80 }\n  worker:\n`,
      'tapit.yml',
    )

    expect(processOf(appOfEnvironment(config, 'production'), 'site')).toMatchObject({
      kind: 'web',
      hosts: ['shop.example.com'],
    })
  })

  it('is production alone, with every default, where the file says no more than what it must', () => {
    const config = parseConfig('app: shop\nprocesses:\n  default:\n  worker:\n', 'tapit.yml')

    expect(config.environments).toEqual(['production'])
    expect(appOfEnvironment(config, 'production')).toMatchObject({
      githubProvider: 'create',
      network: { vpc: 'new', zones: 2, natGateways: 1, endpoints: false },
      notify: { emails: [] },
      alarms: { errorPercent: 5, latencyMs: 2000 },
      processes: [
        {
          name: 'default',
          kind: 'web',
          hosts: [],
          port: 8080,
          strategy: { name: 'rolling', type: 'rolling' },
        },
        { name: 'worker', kind: 'worker', hosts: [], count: 1 },
      ],
      schedules: [],
      strategies: {},
      policies: [],
      images: { keep: 10 },
      build: { timeoutMs: 3_600_000 },
    })
  })

  it('builds all images as the file says, and an image of its own as its process says on top', () => {
    const app = resolved(
      `app: shop
github: example-org@12/shop@34
build:
  args: { A: 1.10, B: base }
  secrets: { npm: env:NPM_TOKEN }
  contexts: { shared: ../shared, tools: docker-image://alpine:3 }
  target: release
  memory: 2048
  cpus: 1.5
  timeout: 90s
processes:
  web: { path: web, build: { args: { B: web, STRIPE_PUBLISHABLE_KEY: pk, NEXT_PUBLIC_TOKEN: x }, target: web } }
  worker:
`,
      'production',
    )

    expect(app.build).toEqual({
      source: 'https://github.com/example-org/shop',
      memory: 2048,
      cpus: 1.5,
      timeoutMs: 90_000,
    })
    expect(processOf(app, 'web').build).toEqual({
      args: { A: '1.10', B: 'web', STRIPE_PUBLISHABLE_KEY: 'pk', NEXT_PUBLIC_TOKEN: 'x' },
      secrets: { npm: 'env:NPM_TOKEN' },
      contexts: { shared: '../shared', tools: 'docker-image://alpine:3' },
      target: 'web',
    })
    expect(processOf(app, 'worker').build).toMatchObject({
      args: { A: '1.10', B: 'base' },
      target: 'release',
    })
  })

  it('builds as the environment says in place of what the process says', () => {
    const app = resolved(
      `app: shop
build: { args: { A: all } }
processes:
  web: { path: web, build: { args: { B: web }, target: web } }
environments:
  staging: { processes: { web: { build: { args: { C: staging } } } } }
`,
      'staging',
    )

    expect(processOf(app, 'web').build).toEqual({
      args: { A: 'all', C: 'staging' },
      secrets: {},
      contexts: {},
    })
  })

  it('may build one folder to different targets', () => {
    const app = resolved(
      'app: shop\nprocesses:\n  a: { path: ., build: { target: a } }\n  b: { path: ., build: { target: b } }\n',
      'production',
    )

    expect(app.processes.map(({ build }) => build.target)).toEqual(['a', 'b'])
  })

  it('adds variables and secrets of the environment, and replaces all else', () => {
    const app = resolved(
      `app: shop
environments:
  staging:
    processes:
      worker:
        env: { B: staging, C: 1.10 }
        secrets: { D: ssm:/staging/d }
        scale: { min: 1, max: 2, memory: 50 }
        command: [node, other.js]
processes:
  worker:
    env: { A: base, B: base }
    secrets: { D: ssm:/d, E: ssm:/e }
    scale: { min: 2, max: 9, cpu: 60 }
    command: [node, worker.js, --all]
`,
      'staging',
    )

    expect(processOf(app, 'worker')).toMatchObject({
      env: { A: 'base', B: 'staging', C: '1.10' },
      secrets: { D: 'ssm:/staging/d', E: 'ssm:/e' },
      command: ['node', 'other.js'],
    })
    expect(processOf(app, 'worker').scale).toEqual({ min: 1, max: 2, memory: 50 })
  })

  it.each([
    ['staging', 'staging.shop.example.com', 'admin.staging.shop.example.com'],
    ['production', 'shop.example.com', 'admin.shop.example.com'],
    ['qa', 'shop-qa.example.org', 'admin.shop-qa.example.org'],
  ])('answers in %s at %s and %s', (environment, own, ofAdmin) => {
    const certificate = 'arn:aws:acm:eu-west-1:111122223333:certificate/1'
    const app = resolved(
      `app: shop
domain: { name: shop.example.com, certificate: ${certificate} }
environments:
  staging:
  production:
  qa: { domain: { name: shop-qa.example.org, certificate: ${certificate} } }
processes: { default: , admin: { port: 80 } }
`,
      environment,
    )

    expect(processOf(app, 'default').hosts).toEqual([own])
    expect(processOf(app, 'admin').hosts).toEqual([ofAdmin])
  })

  it.each([
    ['default: {}', 'web'],
    ['job: {}', 'worker'],
    ['job: { port: 80, host: a.example.com }', 'web'],
    ['job: { host: a.example.com }', 'web'],
    ['default: { kind: worker }', 'worker'],
  ])('makes of "%s" a process of kind %s', (process, kind) => {
    const app = resolved(`app: shop\nprocesses:\n  ${process}\n`, 'production')

    expect(app.processes[0]?.kind).toBe(kind)
  })

  it.each([
    [256, 512],
    [512, 1024],
    [1024, 2048],
    [2048, 4096],
    [4096, 8192],
    [8192, 16_384],
    [16_384, 32_768],
  ])('gives cpu %d the least memory that Fargate has for it, %d', (cpu, memory) => {
    const app = resolved(`app: shop\nprocesses:\n  worker: { cpu: ${cpu} }\n`, 'production')

    expect(processOf(app, 'worker').memory).toBe(memory)
  })

  it.each([
    ['rolling', 'rolling'],
    ['blue_green', 'blue_green'],
    ['canary', 'canary'],
    ['linear', 'linear'],
    ['all_at_once', 'blue_green'],
  ])('knows the strategy %s, of type %s', (strategy, type) => {
    const app = resolved(`app: shop\nprocesses:\n  default: { strategy: ${strategy} }\n`, 'production')

    expect(processOf(app, 'default').strategy).toMatchObject({ name: strategy, type })
  })

  it('is refused where the file does not know the environment, with the nearest', () => {
    const config = parseConfig(designExample, 'tapit.yml')

    expect(() => appOfEnvironment(config, 'stagign')).toThrow(
      'there is no environment "stagign" in tapit.yml. Did you mean staging? Allowed: staging, production.',
    )
    expect(() => appOfEnvironment(config, 'constructor')).toThrow(Refusal)
  })
})

function resolved(file: string, environment: string): AppConfig {
  return appOfEnvironment(parseConfig(file, 'tapit.yml'), environment)
}

function processOf({ processes }: AppConfig, name: string): ProcessConfig {
  const found = processes.find(process => process.name === name)
  if (found === undefined) throw new Error(`no process ${name}`)
  return found
}
