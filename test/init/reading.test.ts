import { describe, expect, it } from 'vitest'
import { commandWords } from '../../lib/build/command-words.ts'
import { composeServices } from '../../lib/init/compose-services.ts'
import { type DockerfileFacts, dockerfileFacts } from '../../lib/init/dockerfile-facts.ts'
import { githubRepository } from '../../lib/init/github-repository.ts'
import { mendedAppName, mendedProcessName } from '../../lib/init/mended-name.ts'
import { packageFacts } from '../../lib/init/package-facts.ts'
import { procfileEntries } from '../../lib/build/procfile-entries.ts'

const nothing: DockerfileFacts = { ports: [], isRoot: true, hasCommand: false }

describe('a Dockerfile', () => {
  it.each<{ fact: string; text: string; facts: Partial<DockerfileFacts> }>([
    { fact: 'is nothing where it is empty', text: '', facts: {} },
    { fact: 'exposes a port', text: 'FROM node\nEXPOSE 3000', facts: { port: 3000, ports: [3000] } },
    {
      fact: 'exposes several, each once',
      text: 'EXPOSE 3000/tcp 9090\nEXPOSE 3000',
      facts: { port: 3000, ports: [3000, 9090] },
    },
    {
      fact: 'hides a port in a variable',
      text: 'ARG PORT=80\nEXPOSE $PORT ${PORT} 8081',
      facts: { port: 8081, ports: [8081] },
    },
    {
      fact: 'exposes nothing over UDP, by range or beyond 65535',
      text: 'EXPOSE 53/udp 3000-3010 70000 0',
      facts: {},
    },
    {
      fact: 'is what its last stage says',
      text: 'FROM node AS build\nEXPOSE 9999\nCMD ["x"]\nFROM node\nUSER node\nEXPOSE 80',
      facts: { port: 80, ports: [80], isRoot: false },
    },
    {
      fact: 'takes over what the stage says that its last one is made from',
      text: 'FROM node AS Base\nEXPOSE 80\nUSER app\nFROM base\nCMD ["x"]',
      facts: { port: 80, ports: [80], isRoot: false, hasCommand: true },
    },
    {
      fact: 'is asked for a path by its health check',
      text: 'HEALTHCHECK --interval=5s --retries=3 \\\n  CMD curl -fsS http://localhost:3000/healthz?x=1 || exit 1',
      facts: { health: { type: 'http', path: '/healthz' } },
    },
    {
      fact: 'is asked by wget, in a list and through a variable’s port',
      text: 'HEALTHCHECK CMD ["wget", "-qO-", "http://127.0.0.1:${PORT}/ready"]',
      facts: { health: { type: 'http', path: '/ready' } },
    },
    {
      fact: 'is asked for the root',
      text: 'HEALTHCHECK CMD curl -f http://localhost/',
      facts: { health: { type: 'http', path: '/' } },
    },
    {
      fact: 'has a command for a check',
      text: 'HEALTHCHECK CMD ["node", "health.js"]',
      facts: { health: { type: 'command', command: ['node', 'health.js'] } },
    },
    {
      fact: 'has a line of the shell for a check',
      text: 'healthcheck cmd test -f /tmp/alive',
      facts: { health: { type: 'command', command: ['sh', '-c', 'test -f /tmp/alive'] } },
    },
    { fact: 'has no check', text: 'HEALTHCHECK NONE', facts: {} },
    { fact: 'runs as root by number', text: 'USER 0:0', facts: { isRoot: true } },
    { fact: 'is for arm64', text: 'FROM --platform=linux/arm64 node', facts: { architecture: 'arm64' } },
    {
      fact: 'is written on Windows',
      text: 'FROM node\r\nEXPOSE \\\r\n  3000\r\nUSER node\r\n',
      facts: { port: 3000, ports: [3000], isRoot: false },
    },
    {
      fact: 'goes on by backticks where it says so',
      text: '# escape=`\nEXPOSE `\n 80',
      facts: { port: 80, ports: [80] },
    },
    {
      fact: 'is not what stands in a here-document',
      text: 'RUN <<EOF cat\nEXPOSE 1\nUSER x\nEOF\nEXPOSE 80',
      facts: { port: 80, ports: [80] },
    },
    {
      fact: 'is not what stands in comments between lines that go on',
      text: 'EXPOSE 80 \\\n# EXPOSE 1\n\n 81',
      facts: { port: 80, ports: [80, 81] },
    },
  ])('$fact', ({ text, facts }) => {
    expect(dockerfileFacts(text)).toEqual({ ...nothing, ...facts })
  })
})

describe('a Procfile', () => {
  it('is names and commands, in its order; odd lines are told by their numbers', () => {
    const text =
      'web: node server.js\r\n\r\n# comment\r\nodd line\r\nworker:   node worker.js  \r\nempty:\r\nweb: node new.js\r\n'

    expect(procfileEntries(text)).toEqual({
      entries: [
        { name: 'web', command: 'node new.js' },
        { name: 'worker', command: 'node worker.js' },
      ],
      oddLines: [4, 6],
    })
  })
})

describe('a line of the shell', () => {
  it.each([
    ['node worker.js', ['node', 'worker.js']],
    ['  bundle exec sidekiq -c 5 -q a,2 ', ['bundle', 'exec', 'sidekiq', '-c', '5', '-q', 'a,2']],
    ['gunicorn app:app --bind=0.0.0.0:80', ['gunicorn', 'app:app', '--bind=0.0.0.0:80']],
    ['gunicorn app:app -b 0.0.0.0:$PORT', ['sh', '-c', 'exec gunicorn app:app -b 0.0.0.0:$PORT']],
    ["node -e 'console.log(1)'", ['sh', '-c', "node -e 'console.log(1)'"]],
    ['java "-Dx=y" -jar a.jar', ['sh', '-c', 'exec java "-Dx=y" -jar a.jar']],
    ['migrate && serve', ['sh', '-c', 'migrate && serve']],
    ['cd app; ./run', ['sh', '-c', 'cd app; ./run']],
    ['cd "a b"', ['sh', '-c', 'cd "a b"']],
    ['NODE_ENV=production node x.js', ['sh', '-c', 'NODE_ENV=production node x.js']],
    ['echo $(date)', ['sh', '-c', 'echo $(date)']],
  ])('%s', (line, words) => {
    expect(commandWords(line)).toEqual(words)
  })
})

describe('a name of others', () => {
  it.each([
    ['My_App', 'my-app', 'my_app'],
    ['@acme/web', 'web', 'web'],
    ['myShop', 'my-shop', 'my-shop'],
    ['Café Übersee', 'cafe-ubersee', 'cafe-ubersee'],
    ['2fast', 'fast', '2fast'],
    ['a--b__c', 'a-b-c', 'a-b-c'],
    ['x', 'x-app', 'x'],
    ['tapit', 'tapit-app', 'tapit'],
    ['internal-tools', 'app-internal-tools', 'internal-tools'],
    ['audit', 'audit', 'app-audit'],
    ['web-template', 'web-template', 'app-web'],
    ['a'.repeat(80), 'a'.repeat(63), 'a'.repeat(63)],
    ['日本', undefined, undefined],
    ['---', undefined, undefined],
    ['', undefined, undefined],
  ])('%s', (name, app, process) => {
    expect([mendedAppName(name), mendedProcessName(name)]).toEqual([app, process])
  })
})

describe('a Git configuration', () => {
  const remote = (name: string, url: string) =>
    `[remote "${name}"]\n\turl = ${url}\n\tfetch = +refs/heads/*\n`

  it.each([
    ['git@github.com:example-org/shop.git', 'example-org/shop'],
    ['git@github.com-work:example-org/shop', 'example-org/shop'],
    ['https://github.com/example-org/shop.js', 'example-org/shop.js'],
    ['https://user:token@github.com/example-org/shop.git/', 'example-org/shop'],
    ['ssh://git@github.com:22/example-org/shop.git', 'example-org/shop'],
    ['ssh://git@ssh.github.com:443/example-org/shop.git', 'example-org/shop'],
    ['https://gitlab.com/example-org/shop.git', undefined],
    ['https://github.com.evil.example/example-org/shop.git', undefined],
    ['https://evil.example/github.com/example-org/shop', undefined],
  ])('whose remote is %s', (url, repository) => {
    expect(githubRepository(remote('origin', url))).toBe(repository)
  })

  it('with several remotes is origin’s, else the first of GitHub', () => {
    const fork = remote('fork', 'git@github.com:me/shop.git')

    expect(githubRepository(fork + remote('origin', 'git@github.com:us/shop.git'))).toBe('us/shop')
    expect(githubRepository(remote('origin', '/srv/git/shop') + fork)).toBe('me/shop')
    expect(githubRepository('[branch "main"]\r\n\turl = git@github.com:a/b\r\n')).toBeUndefined()
  })
})

describe('a package.json', () => {
  it.each([
    [
      '{"name":"shop","scripts":{"start":"node ."},"workspaces":["a/*"]}',
      { name: 'shop', start: 'node .', hasWorkspaces: true },
    ],
    ['{"name":7,"scripts":[],"private":true}', { hasWorkspaces: false }],
    ['{"name":', undefined],
    ['[]', undefined],
  ])('%s', (text, facts) => {
    expect(packageFacts(text)).toEqual(facts)
  })
})

describe('a Compose file', () => {
  it('is what is built in it, where it listens, and names of variables without their values', () => {
    const text = `
x-common: &common
  environment: { DATABASE_URL: "postgres://user:secret@db/shop", DEBUG: }
services:
  web:
    <<: *common
    build: .
    ports: ["127.0.0.1:8080:3000/tcp", 9090]
    expose: ["3000"]
  worker:
    build: { context: ./worker, dockerfile: Dockerfile.dev, args: { A: b } }
    command: [node, worker.js, 5]
    environment: [QUEUE_URL=secret, REGION]
  long: { build: app, ports: [{ target: 8000, published: 80 }], command: "" }
  remote: { build: "https://github.com/example-org/shop.git" }
  db: { image: postgres:16 }
`
    expect(composeServices(text)).toEqual([
      { name: 'web', build: { context: '.' }, ports: [3000, 9090], variables: ['DATABASE_URL', 'DEBUG'] },
      {
        name: 'worker',
        build: { context: './worker', dockerfile: 'Dockerfile.dev' },
        ports: [],
        command: ['node', 'worker.js', '5'],
        variables: ['QUEUE_URL', 'REGION'],
      },
      { name: 'long', build: { context: 'app' }, ports: [8000], variables: [] },
      { name: 'remote', ports: [], variables: [] },
      { name: 'db', image: 'postgres:16', ports: [], variables: [] },
    ])
  })

  it.each(['services: [', 'a: &a [*a]', '- 1', '', 'services: { web: 5 }'])(
    'that is odd does no harm: %s',
    text => {
      expect(composeServices(text) ?? []).toEqual(
        text.includes('web') ? [{ name: 'web', ports: [], variables: [] }] : [],
      )
    },
  )
})
