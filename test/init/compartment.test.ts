import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fc } from '../fakes/fast-check.ts'
import { describe, expect, it } from 'vitest'
import { openFolder } from '../../lib/adapters/folder.ts'
import { parseConfig } from '../../lib/config/read-config.ts'
import { draftOfCompartment } from '../../lib/init/draft-of-compartment.ts'
import { type Initialised, initialise, type InitialiseOptions } from '../../lib/init/initialise.ts'
import { tapitYml } from '../../lib/init/tapit-yml.ts'
import { temporaryFolder } from './temporary-folder.ts'

type Files = Readonly<Record<string, string>>

async function broughtOver(
  files: Files,
  options: Partial<InitialiseOptions> = {},
): Promise<Initialised & { readonly text: string; readonly settings: any }> {
  const folder = temporaryFolder(files)
  const from = 'compartment.yml'
  const written = await initialise({
    folder: openFolder(folder),
    env: {},
    said: {},
    force: false,
    from,
    ...options,
  })
  const text = readFileSync(join(folder, 'tapit.yml'), 'utf8')
  return { ...written, text, settings: parseConfig(text, 'tapit.yml').settings }
}

function refused(files: Files): Promise<string> {
  return broughtOver(files).then(
    () => 'nothing was refused',
    (error: Error) => error.message,
  )
}

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')

describe('a Compartment project', () => {
  it('with all that its two files can say becomes the tapit.yml beside them', async () => {
    const { text } = await broughtOver({
      'compartment.yml': fixture('compartment.yml'),
      'compartment.routes.yml': fixture('compartment.routes.yml'),
      'apps/api/Dockerfile': 'EXPOSE 4000',
    })

    expect(text).toBe(fixture('tapit-yml.txt'))
  })

  it('loses nothing: each of its keys is in tapit.yml, as a setting or in a comment', async () => {
    const files = {
      'compartment.yml': fixture('compartment.yml'),
      'compartment.routes.yml': fixture('compartment.routes.yml'),
    }

    const { text } = await broughtOver(files)

    const words = Object.values(files).flatMap(
      file => file.replaceAll(/^#.*$/gm, '').match(/[A-Za-z](?:[\w./@-]*\w)?/g) ?? [],
    )
    const renamed = ['name', 'services', 'on', 'version', 'resources', 'run', 'restart', 'internal-tools']
    const lost = words.filter(
      word =>
        !renamed.includes(word) && !text.includes(word) && !text.toLowerCase().includes(word.toLowerCase()),
    )
    expect(lost).toEqual([])
  })

  it('keeps kind, path and readiness under their names; what it has no readiness for has none here', async () => {
    const { settings } = await broughtOver({
      'compartment.yml': `name: shop
services:
  web: { path: ./services/web, readiness: { type: http, path: /healthz, timeoutMs: 45000 } }
  backoffice: { kind: api, path: ./services/backoffice }
`,
      'compartment.routes.yml':
        'version: 1\nroutes: [{ on: web, path: /api/*, to: backoffice, stripPrefix: /api }]',
    })

    expect(settings).toEqual({
      app: 'shop',
      processes: {
        default: {
          path: './services/web',
          kind: 'web',
          port: 3000,
          readiness: { type: 'http', path: '/healthz', timeoutMs: 45_000 },
          env: { PORT: '3000' },
        },
        backoffice: { path: './services/backoffice', kind: 'api', port: 3000, env: { PORT: '3000' } },
      },
      routes: [{ on: 'default', path: '/api/*', to: 'backoffice', stripPrefix: '/api' }],
    })
  })

  it.each([
    { fact: 'the only web service', services: 'console: .', names: ['default'] },
    { fact: 'the one that is called so', services: 'web: a\n  default: b', names: ['web', 'default'] },
    { fact: 'the one called web, of several', services: 'admin: a\n  web: b', names: ['admin', 'default'] },
    { fact: 'the first of several', services: 'one: a\n  two: b', names: ['default', 'two'] },
    {
      fact: 'none where another kind has the name',
      services: 'web: a\n  default: { path: b, kind: worker }',
      names: ['web', 'default'],
    },
    {
      fact: 'none where there is no web service',
      services: 'jobs: { path: a, kind: worker }',
      names: ['jobs'],
    },
  ])('the public web process is $fact', async ({ services, names }) => {
    const { processes } = await broughtOver({ 'compartment.yml': `name: shop\nservices:\n  ${services}\n` })

    expect(processes.map(({ name }) => name)).toEqual(names)
  })

  it('with several web services gives the others hosts: below the domain, or such as must be put right', async () => {
    const files = { 'compartment.yml': 'name: shop\nservices: { web: a, admin_ui: b, docs: c }' }
    const domain = {
      domain: 'shop.example.com',
      certificate: 'arn:aws:acm:eu-west-1:111122223333:certificate/1',
    }

    const without = await broughtOver(files)
    const below = await broughtOver(files, { said: domain })

    expect(without.settings.processes).toMatchObject({
      admin_ui: { host: 'admin-ui.example.com' },
      docs: { host: 'docs.example.com' },
    })
    expect(without.todo.join('\n')).toContain('docs: put right its host, docs.example.com.')
    expect(below.settings.processes['docs'].host).toBeUndefined()
    expect(below.settings.processes['admin_ui'].host).toBe('admin-ui.shop.example.com')
    expect(below.todo.join('\n')).toContain(
      'docs: it answers at docs.shop.example.com; the certificate must be for that name too.',
    )
  })

  it('says that who had to log in need not do so any more', async () => {
    const { todo } = await broughtOver({
      'compartment.yml': 'name: shop\nservices: { web: ., open: { path: b, accessMode: public } }',
    })

    expect(todo.filter(sentence => sentence.includes('logged in'))).toEqual([
      "default: Compartment lets in who has logged in (accessMode: authenticated). tapit's load balancer lets everybody in.",
    ])
  })

  it('of static sites alone has one empty web process', async () => {
    const { settings, text } = await broughtOver({
      'compartment.yml':
        'name: shop\nservices: { site: { path: ., kind: static, build: { outputDirectory: dist } } }',
    })

    expect(settings.processes).toEqual({ default: { kind: 'web' } })
    expect(text).toContain('# site: { path: ".", kind: static, build: { outputDirectory: dist } }')
  })

  it('shares the image of the root, and builds another folder once for each service in it', async () => {
    const { settings } = await broughtOver({
      'compartment.yml':
        'name: shop\nservices: { web: ., a: { path: ./, kind: worker }, b: { path: x/, kind: worker }, c: { path: x, kind: worker } }',
    })

    expect(settings.processes).toMatchObject({
      b: { path: './x' },
      c: { path: './x', dockerfile: './Dockerfile' },
    })
    expect(settings.processes.default.path ?? settings.processes.a.path).toBeUndefined()
  })

  it('in another folder has its paths from there', async () => {
    const { settings } = await broughtOver(
      { 'old/compartment.yml': 'name: shop\nservices: { web: app, jobs: { path: ../jobs, kind: worker } }' },
      {
        from: './old/compartment.yml',
      },
    )

    expect(settings.processes).toMatchObject({ default: { path: './old/app' }, jobs: { path: './jobs' } })
  })
})

describe('a Compartment file with mistakes is refused at line and column', () => {
  const good = 'version: 1\nroutes:\n  - { on: web, path: /x, to: web }\n'

  it.each([
    [
      'name: shop\nservices:\n  web:\n    path: .\n    knid: api\n',
      'compartment.yml:5:5: services.web.knid: unknown key. Did you mean kind?',
    ],
    ['name: shop\nservices: { web: . }\ndomain: x\n', 'compartment.yml:3:1: domain: unknown key.'],
    [
      'name: shop\nservices:\n  web: { path: ., build: { strategy: nix } }\n',
      'compartment.yml:3:38: services.web.build.strategy: is not allowed: "nix".',
    ],
    ['name: shop\nservices:\n  web: { kind: api }\n', 'compartment.yml:3:3: services.web.path: is missing.'],
    [
      'name: Shop\nservices: { web: . }\n',
      'compartment.yml:1:7: name: is not allowed: a name takes 1 to 63 lower-case letters',
    ],
    ['name: shop\nservices: {}\n', 'compartment.yml:2:11: services: is empty'],
    ['name: shop\nservices: { Web: . }\n', 'compartment.yml:2:13: services.Web: is not allowed as a name'],
    [
      'name: shop\nservices: { web: . }\nresources: { web: { preset: postgres } }\n',
      'compartment.yml:3:14: resources.web: is the name of a service already',
    ],
    [
      'name: shop\nservices: { web: { path: ., readiness: { type: http, timeoutMs: 400000 } } }\n',
      'it takes 300000 at most',
    ],
    ['name: [\n', 'compartment.yml:'],
    ['', 'compartment.yml:1:1: is not allowed: it takes a group of keys'],
    ['5', 'compartment.yml:1:1: is not allowed: it takes a group of keys'],
  ])('%j', async (text, message) => {
    expect(await refused({ 'compartment.yml': text, 'compartment.routes.yml': good })).toContain(message)
  })

  it.each([
    [
      'version: 2\nroutes:\n  - { on: web, path: /x, to: web }\n',
      'compartment.routes.yml:1:10: version: is not allowed: 2.',
    ],
    [
      'version: 1\nroutes: []\n',
      'compartment.routes.yml:2:9: routes: is not allowed: it takes one entry at least',
    ],
    [
      'version: 1\nroutes:\n  - { on: web, path: /x, to: wbe }\n',
      'compartment.routes.yml:3:30: routes[0].to: "wbe" is no service of compartment.yml. Did you mean web?',
    ],
    [
      'version: 1\nroutes:\n  - { on: web, path: /x/*, to: web, stripPrefix: /x, rewrite: /y }\n',
      'routes[0].rewrite: is one too many',
    ],
    [
      'version: 1\nroutes:\n  - { on: web, path: x, to: web }\n',
      'routes[0].path: is not allowed: a path begins with "/"',
    ],
    [
      'version: 1\nroutes:\n  - { on: web, path: /x, to: web, methods: [get] }\n',
      'routes[0].methods[0]: is not allowed: "get". Did you mean GET?',
    ],
  ])('%j', async (routes, message) => {
    expect(
      await refused({
        'compartment.yml': 'name: shop\nservices: { web: . }',
        'compartment.routes.yml': routes,
      }),
    ).toContain(message)
  })

  it('refuses a file that is not there', async () => {
    expect(await refused({})).toBe('there is no file compartment.yml.')
  })
})

describe('whatever a Compartment project says', () => {
  const name = fc.constantFrom('web', 'default', 'audit', 'a--b', 'x_', 'worker-template', 'api', '0')
  const text = fc.oneof(
    fc.constantFrom('.', './a', 'a/', '/x', 'on', 'x y', '#', '\u001b[31m', '"', "a: 'b"),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 9 }),
  )
  const path = text.map(end => `/${end.replaceAll(/[\s?#]/g, '')}`)
  const service = fc.record(
    {
      path: text,
      kind: fc.constantFrom('web', 'api', 'static', 'worker', 'job', 'cron'),
      accessMode: fc.constantFrom('authenticated', 'public'),
      ports: fc.array(fc.integer({ min: 1, max: 65_535 }), { minLength: 1, maxLength: 2 }),
      build: fc.record({ command: text, env: fc.array(text) }),
      run: fc.record({ command: text.filter(line => line.trim() !== '') }),
      release: fc.record({ command: text.filter(line => line.trim() !== '') }),
      readiness: fc.record({
        type: fc.constant('http' as const),
        path,
        timeoutMs: fc.integer({ min: 1, max: 300_000 }),
      }),
    },
    { requiredKeys: ['path'] },
  )
  const change = fc.oneof(
    fc.constant({}),
    path.map(rewrite => ({ rewrite })),
    path.map(replacePrefix => ({ replacePrefix })),
    fc.constant({ stripPrefix: '/api' }),
  )
  const project = fc.dictionary(name, service, { minKeys: 1, maxKeys: 5 }).chain(services =>
    fc.record({
      name: fc.constant('shop'),
      folder: fc.constantFrom('.', 'old'),
      services: fc.constant(services),
      routes: fc.array(
        fc
          .tuple(
            fc.record({
              on: fc.constantFrom(...Object.keys(services)),
              to: fc.constantFrom(...Object.keys(services)),
              path: fc.oneof(path, fc.constantFrom('/api/*', '/*', '/a/../b')),
            }),
            change,
          )
          .map(([route, change]) => ({ ...route, ...change })),
        { maxLength: 4 },
      ),
    }),
  )

  it('becomes a tapit.yml that its loader takes', () => {
    fc.assert(
      fc.property(project, compartment => {
        const draft = draftOfCompartment({ compartment, identity: { app: 'shop' }, dockerfiles: {} })
        const text = tapitYml({ identity: { app: 'shop' }, draft })

        expect(Object.keys(parseConfig(text, 'tapit.yml').settings.processes).length).toBeGreaterThan(0)
        expect(text).not.toMatch(/[^\n\P{Cc}]|\p{Cf}/u)
      }),
      { numRuns: 200 },
    )
  })
})
