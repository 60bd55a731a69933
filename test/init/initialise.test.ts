import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fc } from '../fakes/fast-check.ts'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { openFolder } from '../../lib/adapters/folder.ts'
import { appOfEnvironment } from '../../lib/config/app-of-environment.ts'
import { parseConfig } from '../../lib/config/read-config.ts'
import type { FolderFacts } from '../../lib/init/folder-facts.ts'
import { draftOfFolder } from '../../lib/init/draft-of-folder.ts'
import { type Initialised, initialise, type InitialiseOptions } from '../../lib/init/initialise.ts'
import { dockerfileFacts } from '../../lib/init/dockerfile-facts.ts'
import { composeServices } from '../../lib/init/compose-services.ts'
import { procfileEntries } from '../../lib/build/procfile-entries.ts'
import { tapitYml } from '../../lib/init/tapit-yml.ts'
import { temporaryFolder } from './temporary-folder.ts'

type Written = Initialised & {
  readonly folder: string
  readonly text: string
  /** tapit.yml as YAML, after its own loader took it. */
  readonly content: any
}

/** Initialises a folder with these files, and reads back what was written with tapit's own loader. */
async function initialised(
  files: Readonly<Record<string, string>>,
  options: Partial<InitialiseOptions> = {},
): Promise<Written> {
  const folder = temporaryFolder(files)
  const written = await initialise({
    folder: openFolder(folder),
    env: {},
    said: {},
    force: false,
    ...options,
  })
  const text = readFileSync(join(folder, 'tapit.yml'), 'utf8')
  const config = parseConfig(text, 'tapit.yml')
  expect(appOfEnvironment(config, 'production').app).toBe(written.app)
  return { ...written, folder, text, content: parse(text) }
}

const plain = 'FROM node:22\nUSER node\nCMD ["node", "server.js"]\n'
const web = `${plain}EXPOSE 3000\nHEALTHCHECK CMD curl -f http://localhost:3000/healthz\n`

type Case = {
  readonly fact: string
  readonly files: Readonly<Record<string, string>>
  readonly processes: object
  readonly rest?: object
}

describe('what lies in a folder becomes processes', () => {
  it.each<Case>([
    { fact: 'nothing: one web process', files: {}, processes: { default: { kind: 'web', port: 8080 } } },
    {
      fact: 'a Dockerfile: the web process with its port and health check',
      files: { Dockerfile: web },
      processes: {
        default: {
          kind: 'web',
          port: 3000,
          readiness: { type: 'http', path: '/healthz', timeoutMs: 30_000 },
        },
      },
    },
    {
      fact: 'a Dockerfile without any hint: the default port',
      files: { Dockerfile: plain },
      processes: { default: { kind: 'web', port: 8080 } },
    },
    {
      fact: 'Dockerfile.worker beside it: a worker with an image of its own',
      files: {
        Dockerfile: web,
        'Dockerfile.worker': `${plain}HEALTHCHECK CMD ["node", "alive.js"]`,
        'Dockerfile.dev': web,
        'Dockerfile.dockerignore': '',
      },
      processes: {
        default: {
          kind: 'web',
          port: 3000,
          readiness: { type: 'http', path: '/healthz', timeoutMs: 30_000 },
        },
        worker: {
          path: '.',
          dockerfile: 'Dockerfile.worker',
          kind: 'worker',
          readiness: { type: 'command', command: ['node', 'alive.js'] },
        },
      },
    },
    {
      fact: 'web.Dockerfile and Dockerfile.clock alone: the web one is shared',
      files: { 'web.Dockerfile': 'EXPOSE 80\nUSER a', 'Dockerfile.clock': plain },
      processes: {
        default: { dockerfile: 'web.Dockerfile', kind: 'web', port: 80 },
        clock: { kind: 'worker', path: '.', dockerfile: 'Dockerfile.clock' },
      },
    },
    {
      fact: 'Dockerfile.production alone is the app’s',
      files: { 'Dockerfile.production': 'EXPOSE 80', 'Dockerfile.test': 'EXPOSE 81' },
      processes: { default: { dockerfile: 'Dockerfile.production', kind: 'web', port: 80 } },
    },
    {
      fact: 'Dockerfiles in folders: each its own image; the one called web is public, others get a route',
      files: {
        'services/backoffice/Dockerfile': 'EXPOSE 4000',
        'services/web/Dockerfile': 'EXPOSE 3000',
        'jobs/mailer/Dockerfile': 'EXPOSE 9100',
        'node_modules/x/Dockerfile': 'EXPOSE 1',
        'vendor/Dockerfile': 'EXPOSE 1',
        '.devcontainer/Dockerfile': 'EXPOSE 1',
        'a/b/c/Dockerfile': 'EXPOSE 1',
      },
      processes: {
        default: { path: './services/web', kind: 'web', port: 3000 },
        mailer: { path: './jobs/mailer', kind: 'worker' },
        backoffice: { path: './services/backoffice', kind: 'api', port: 4000 },
      },
      rest: {
        routes: [{ on: 'default', path: '/backoffice/*', to: 'backoffice', stripPrefix: '/backoffice' }],
      },
    },
    {
      fact: 'two folders of one name: two names',
      files: {
        'a/app/Dockerfile': 'EXPOSE 1',
        'b/app/Dockerfile': 'EXPOSE 2',
        'c/app/Dockerfile': 'EXPOSE 3',
      },
      processes: {
        default: { path: './a/app', kind: 'web', port: 1 },
        app: { path: './b/app', kind: 'api', port: 2 },
        'c-app': { path: './c/app', kind: 'api', port: 3 },
      },
      rest: {
        routes: [
          { on: 'default', path: '/app/*', to: 'app', stripPrefix: '/app' },
          { on: 'default', path: '/c-app/*', to: 'c-app', stripPrefix: '/c-app' },
        ],
      },
    },
    {
      fact: 'a Procfile: web is the public process, others are workers of the same image',
      files: {
        Dockerfile: 'EXPOSE 5000',
        Procfile:
          'web: puma -p $PORT\r\nworker: bundle exec sidekiq\r\nrelease: rake db:migrate\r\nMy_Clock.1: clock\r\n',
        'ui/Dockerfile': 'EXPOSE 80',
        'docker-compose.yml': 'services: { web: { build: . } }',
      },
      processes: {
        default: {
          kind: 'web',
          port: 5000,
          command: ['sh', '-c', 'exec puma -p $PORT'],
          env: { PORT: '5000' },
        },
        worker: { kind: 'worker', command: ['bundle', 'exec', 'sidekiq'] },
        'my_clock-1': { kind: 'worker', command: ['clock'] },
        ui: { path: './ui', kind: 'api', port: 80 },
      },
      rest: {
        release: { command: ['rake', 'db:migrate'] },
        routes: [{ on: 'default', path: '/ui/*', to: 'ui', stripPrefix: '/ui' }],
      },
    },
    {
      fact: 'a Procfile with a worker alone: no web process',
      files: { Dockerfile: 'EXPOSE 80', Procfile: 'worker: run' },
      processes: { worker: { kind: 'worker', command: ['run'] } },
    },
    {
      fact: 'a Compose file: what it builds, not what it pulls; not from Dockerfile.dev; no values of variables',
      files: {
        Dockerfile: 'EXPOSE 3000',
        'Dockerfile.dev': '',
        'compose.yaml': `services:
  app: { build: { context: ., dockerfile: Dockerfile.dev }, ports: ["80:3000"], environment: { SECRET: hunter2 } }
  jobs: { build: ., command: node jobs.js }
  search: { build: ./search/, expose: [9200] }
  db: { image: postgres }`,
        'search/Dockerfile': '',
      },
      processes: {
        default: { kind: 'web', port: 3000 },
        jobs: { kind: 'worker', command: ['node', 'jobs.js'] },
        search: { path: './search', kind: 'api', port: 9200 },
      },
      rest: { routes: [{ on: 'default', path: '/search/*', to: 'search', stripPrefix: '/search' }] },
    },
    {
      fact: 'a Compose file that builds one folder for several: built once for each',
      files: {
        'compose.yml': 'services: { web: { build: api }, worker: { build: ./api }, cron: { build: api } }',
        'api/Dockerfile': 'EXPOSE 80',
      },
      processes: {
        default: { path: './api', kind: 'web', port: 80 },
        worker: { path: './api', dockerfile: './Dockerfile', kind: 'worker' },
        cron: { path: './api', dockerfile: '././Dockerfile', kind: 'worker' },
      },
    },
    {
      fact: 'npm start, where neither Dockerfile nor Procfile says a command',
      files: { Dockerfile: 'FROM node', 'package.json': '{"scripts":{"start":"node ."}}' },
      processes: { default: { kind: 'web', port: 8080, command: ['npm', 'start'] } },
    },
    {
      fact: 'an image for arm64',
      files: { Dockerfile: 'FROM --platform=linux/arm64 node\nCMD x' },
      processes: { default: { kind: 'web', port: 8080, architecture: 'arm64' } },
    },
  ])('$fact', async ({ files, processes, rest = {} }) => {
    const { content } = await initialised(files)

    expect(content).toEqual({ app: 'shop', processes, ...rest })
  })

  it('with every comment that is a setting taken in, tapit.yml is good too', async () => {
    const { text } = await initialised({ Dockerfile: web, 'api/Dockerfile': plain })

    const all = text
      .replace('/…"', '/1a2b"')
      .replaceAll(/^( *)# (.*)$/gm, (line: string, margin: string, comment: string) =>
        /^ *[\w-]+:(?: [{["\w]|$)/.test(comment) && !/^(?:Found|region|github|Run)/.test(comment)
          ? margin + comment
          : line,
      )
    const { settings } = parseConfig(all, 'tapit.yml')

    expect(Object.keys(settings)).toEqual(
      expect.arrayContaining([
        'app',
        'domain',
        'environments',
        'processes',
        'routes',
        'release',
        'strategies',
      ]),
    )
    expect(settings.processes['default']).toMatchObject({
      cpu: 256,
      strategy: 'careful',
      secrets: {},
    })
  })
})

describe('what the app is called and where it lives', () => {
  it('comes from package.json, the Git remote and the region of the environment', async () => {
    const { content, findings } = await initialised(
      {
        'package.json': '{"name":"@acme/My_App"}',
        '.git/config': '[remote "origin"]\n url = https://user:token@github.com/example-org/shop.git\n',
      },
      { env: { AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-1' } },
    )

    expect(content).toMatchObject({ app: 'my-app', github: 'example-org/shop', region: 'eu-west-1' })
    expect(findings.slice(0, 3)).toEqual([
      { found: 'package.json, name "@acme/My_App"', wrote: 'app: my-app' },
      { found: 'AWS_DEFAULT_REGION', wrote: 'region: eu-west-1' },
      { found: 'the remote in .git/config', wrote: 'github: example-org/shop' },
    ])
    expect(JSON.stringify(findings)).not.toContain('token')
  })

  it('comes from keys before all else; a certificate says the region', async () => {
    const certificate = 'arn:aws:acm:us-east-1:111122223333:certificate/1a2b'

    const { content, findings } = await initialised(
      { 'package.json': '{"name":"other"}' },
      {
        said: { app: 'cart', github: 'us/cart', domain: 'cart.example.com', certificate },
        env: { AWS_REGION: 'eu-west-1' },
      },
    )

    expect(content).toMatchObject({
      app: 'cart',
      region: 'us-east-1',
      github: 'us/cart',
      domain: { name: 'cart.example.com', certificate },
    })
    expect(findings.map(({ found }) => found)).toEqual(['nothing'])
  })

  it('has a domain as a comment, and says why, where there is no certificate', async () => {
    const { content, text, todo } = await initialised(
      {},
      { said: { domain: 'shop.example.com', region: 'eu-west-1' } },
    )

    expect(content.domain).toBeUndefined()
    expect(text).toContain('# domain: { name: shop.example.com, certificate: "arn:aws:acm:eu-west-1:')
    expect(todo.at(-1)).toContain(
      'aws acm request-certificate --domain-name shop.example.com --validation-method DNS --region eu-west-1',
    )
  })

  it.each([
    [{ app: 'My_App' }, '--app cannot be "My_App": the name of an app takes 1 to 63 lower-case letters'],
    [{ app: 'tapit' }, '--app cannot be "tapit": AWS or tapit needs that name; tapit-app would do'],
    [{ region: 'europe' }, 'region= cannot be "europe": a region is written as eu-west-1'],
    [{ github: 'shop' }, 'github= cannot be "shop": a repository is written as owner/name'],
    [{ domain: 'Shop' }, 'domain= cannot be "Shop": a domain is written in lower case'],
    [{ certificate: 'arn:aws:acm:eu-west-1:111122223333:certificate/1' }, 'certificate= needs domain='],
    [
      {
        domain: 'a.example.com',
        region: 'eu-west-1',
        certificate: 'arn:aws:acm:us-east-1:111122223333:certificate/1',
      },
      'the certificate is in us-east-1, the app in eu-west-1',
    ],
  ])('refuses %j, and writes nothing', async (said, message) => {
    const folder = temporaryFolder()

    const work = initialise({ folder: openFolder(folder), env: {}, said, force: false })

    await expect(work).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(message) })
    expect(await openFolder(folder).entries('.')).toEqual([])
  })
})

describe('what is left to do', () => {
  it('says that there is nothing, and no Dockerfile', async () => {
    const { todo } = await initialised({})

    expect(todo).toEqual([
      'Nothing here says what to run: tapit.yml has one process, "default". Put right what it listens at.',
      'There is no Dockerfile: `tapit image deploy` makes one for Node, Python, Go, Ruby, Java and static sites; for others write one.',
    ])
  })

  it('says which Dockerfile of a Compose file is not there', async () => {
    const { todo } = await initialised({
      Dockerfile: '',
      'compose.yml': 'services: { web: { build: ./gone } }',
    })

    expect(todo.join()).toContain('Not found: gone/Dockerfile.')
  })

  it('says so where all Dockerfiles are for something else', async () => {
    const { todo, findings } = await initialised({ 'Dockerfile.dev': web })

    expect(todo).toHaveLength(2)
    expect(findings).toContainEqual({
      found: 'Dockerfile.dev',
      wrote: 'nothing: it does not look like a process',
    })
  })

  it('says what a health check cannot be behind a load balancer', async () => {
    const { text } = await initialised({
      Dockerfile: `${plain}EXPOSE 80\nHEALTHCHECK CMD ["node", "alive.js"]`,
    })

    expect(text).toContain('# Its HEALTHCHECK is a command; the load balancer asks for a path.')
  })

  it('warns of what cannot be understood, and goes on', async () => {
    const { findings } = await initialised({
      'package.json': '{',
      'compose.yml': 'a: [',
      Procfile: 'odd',
      Dockerfile: web,
    })

    expect(findings).toEqual(
      expect.arrayContaining([
        { found: 'Procfile, line 1', wrote: 'nothing: it is not of the form "name: command"' },
        { found: 'package.json could not be understood', wrote: 'nothing' },
        { found: 'compose.yml could not be understood', wrote: 'nothing' },
      ]),
    )
  })

  it('leaves a cdk.json of others alone, and says how to have both', async () => {
    const { files, todo, folder } = await initialised({
      'cdk.json': '{"app":"python3 app.py"}',
      Dockerfile: web,
    })

    expect(files).toEqual(['tapit.yml'])
    expect(todo).toEqual([
      'cdk.json is of another CDK app and stays as it is: say `npx cdk --app "npx tapit-cdk" …` for tapit\'s stacks.',
    ])
    expect(readFileSync(join(folder, 'cdk.json'), 'utf8')).toBe('{"app":"python3 app.py"}')
  })

  it('says nothing of a cdk.json that runs tapit-cdk, nor to install what is installed', async () => {
    const { todo, next, text } = await initialised({
      'cdk.json': '{"app":"npx tapit-cdk"}',
      'node_modules/tapit/package.json': '{}',
      Dockerfile: web,
    })

    expect(todo).toEqual([])
    expect(next.map(({ command }) => command)).toEqual([
      'npx cdk bootstrap',
      'npx cdk deploy --all',
      'tapit image deploy --wait',
    ])
    expect(text.split('\n')[0]).toBe(
      '# yaml-language-server: $schema=node_modules/tapit/dist/tapit.schema.json',
    )
  })
})

describe('whatever lies in a folder', () => {
  const word = fc.oneof(
    fc.constantFrom(
      'web',
      'worker',
      'api',
      'default',
      'audit',
      'x-template',
      'deployments',
      'A_b',
      'tapit',
      '-',
      '\u0007',
      'é',
    ),
    fc.string({ unit: 'binary', maxLength: 12 }),
  )
  const dockerfile = fc
    .array(
      fc.constantFrom(
        'FROM a',
        'EXPOSE 80',
        'EXPOSE 9 1',
        'USER x',
        'HEALTHCHECK CMD curl http://localhost/h',
        'HEALTHCHECK CMD ["a"]',
        'CMD x',
        '\\',
        'RUN <<E',
      ),
    )
    .map(lines => dockerfileFacts(lines.join('\n')))
  const folderFacts: fc.Arbitrary<FolderFacts> = fc.record(
    {
      name: word,
      hasTapit: fc.boolean(),
      troubles: fc.array(word, { maxLength: 2 }),
      dockerfiles: fc.uniqueArray(
        fc.record(
          {
            folder: fc.oneof(
              fc.constant('.'),
              word.map(name => name.replaceAll(/[/\0]/g, '') || 'a'),
            ),
            file: fc.constantFrom('Dockerfile', 'Dockerfile.worker', 'web.Dockerfile'),
            facts: dockerfile,
            variant: fc.constantFrom('worker', 'web'),
          },
          { requiredKeys: ['folder', 'file', 'facts'] },
        ),
        { maxLength: 5, selector: ({ folder, file }) => `${folder}/${file}` },
      ),
      procfile: fc
        .array(fc.tuple(word, word), { maxLength: 4 })
        .map(lines => procfileEntries(lines.map(([a, b]) => `${a}: ${b}`).join('\n'))),
      compose: fc.array(fc.tuple(word, word, word), { maxLength: 4 }).map(services => ({
        file: 'compose.yml',
        services:
          composeServices(
            JSON.stringify({
              services: Object.fromEntries(
                services.map(([name, build, command]) => [name, { build, command, ports: ['1:2'] }]),
              ),
            }),
          ) ?? [],
      })),
    },
    { requiredKeys: ['name', 'hasTapit', 'troubles', 'dockerfiles'] },
  )

  it('makes a tapit.yml that its loader takes, and that no terminal obeys', () => {
    fc.assert(
      fc.property(folderFacts, facts => {
        const text = tapitYml({ identity: { app: 'shop' }, draft: draftOfFolder(facts, 'shop') })

        expect(Object.keys(parseConfig(text, 'tapit.yml').settings.processes).length).toBeGreaterThan(0)
        expect(text).not.toMatch(/[^\n\P{Cc}]|\p{Cf}/u)
      }),
      { numRuns: 200 },
    )
  })
})
