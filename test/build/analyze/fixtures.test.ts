import { describe, expect, it } from 'vitest'
import { openFolder } from '../../../lib/adapters/folder.ts'
import { analyze } from '../../../lib/build/analyze/analyze.ts'
import { detectedFixture, fixturePath, knownApps } from '../fixture-apps.ts'

const nginx = 'nginx -g daemon off;'
const django = 'gunicorn --worker-tmp-dir /dev/shm --access-logfile - shop.wsgi:application'
const gunicorn = 'gunicorn --worker-tmp-dir /dev/shm --access-logfile -'

type Row = readonly [
  app: string,
  runtime: string,
  framework: string | undefined,
  packages: string | undefined,
  command: string,
  port: number | undefined,
]

const rows: readonly Row[] = [
  ['astro', 'static 1', 'Astro', 'npm', nginx, 8080],
  ['astro-server', 'node 24', 'Astro', 'npm', 'node dist/server/entry.mjs', 4321],
  ['bun', 'bun 1', 'Hono', 'bun', 'bun run server.ts', 3000],
  ['django-pip', 'python 3.13', 'Django', 'pip', django, 8000],
  ['django-poetry', 'python 3.13', 'Django', 'poetry', django, 8000],
  ['django-uv', 'python 3.13', 'Django', 'uv', django, 8000],
  ['fastapi-pip', 'python 3.12', 'FastAPI', 'pip', uvicorn('main:app'), 8000],
  ['fastapi-poetry', 'python 3.13', 'FastAPI', 'poetry', uvicorn('shop.api:app'), 8000],
  ['fastapi-uv', 'python 3.13', 'FastAPI', 'uv', uvicorn('app.main:app'), 8000],
  ['flask-pip', 'python 3.13', 'Flask', 'pip', `${gunicorn} app:app`, 8000],
  ['flask-poetry', 'python 3.13', 'Flask', 'poetry', `${gunicorn} wsgi:application`, 8000],
  ['flask-uv', 'python 3.13', 'Flask', 'uv', `${gunicorn} shop:create_app()`, 8000],
  ['go-cmd', 'go 1.24', undefined, undefined, '/app/app', 8081],
  ['go-root', 'go 1.24', undefined, undefined, '/app/app', 8081],
  ['java-gradle', 'java 17', undefined, 'gradle', 'java -cp lib/* com.example.Shop', 7000],
  ['java-maven', 'java 21', undefined, 'maven', 'java -cp lib/* com.example.Shop', 7000],
  ['next', 'node 24', 'Next.js', 'npm', 'node_modules/.bin/next start', 3000],
  ['next-export', 'static 1', 'Next.js', 'npm', nginx, 8080],
  ['next-standalone', 'node 24', 'Next.js', 'npm', 'node server.js', 3000],
  ['node-npm', 'node 24', undefined, 'npm', 'node server.js', 3000],
  ['node-npm-build', 'node 22', undefined, 'npm', 'node --enable-source-maps dist/server.js', 3000],
  ['node-pnpm', 'node 24', 'Hono', 'pnpm', 'node server.js', 4000],
  ['node-worker', 'node 24', undefined, 'npm', 'node worker.js', undefined],
  ['node-yarn', 'node 24', 'Hono', 'yarn', 'node server.js', 4000],
  ['node-yarn-classic', 'node 24', 'Hono', 'yarn', 'node server.js', 4000],
  ['nuxt', 'node 24', 'Nuxt', 'npm', 'node .output/server/index.mjs', 3000],
  ['python-script', 'python 3.13', undefined, undefined, 'python main.py', 8000],
  ['rack', 'ruby 3.3', undefined, 'bundler', 'bundle exec puma', 9292],
  ['rails', 'ruby 3.4', 'Rails', 'bundler', 'bundle exec puma -C config/puma.rb', 3000],
  [
    'react-router',
    'node 24',
    'React Router',
    'npm',
    'node_modules/.bin/react-router-serve build/server/index.js',
    3000,
  ],
  ['spring-boot-gradle', 'java 21', 'Spring Boot', 'gradle', 'java -jar app.jar', 9090],
  ['spring-boot-maven', 'java 17', 'Spring Boot', 'maven', 'java -jar app.jar', 8080],
  ['static-site', 'static 1', undefined, undefined, nginx, 8080],
  ['sveltekit', 'node 24', 'SvelteKit', 'npm', 'node build', 3000],
  ['vite', 'static 1', 'Vite', 'npm', nginx, 8080],
]

describe('analyze', () => {
  it.each(rows)(
    'sees in %s %s, %s by %s, that starts with %s and listens on %s',
    async (app, runtime, framework, packages, command, port) => {
      const found = await detectedFixture(app)

      expect([
        `${found.runtime} ${found.version}`,
        found.framework,
        found.packageManager,
        found.command.join(' '),
        found.port,
      ]).toEqual([runtime, framework, packages, command, port])
    },
  )

  it('has a row above for every app that it knows', () => {
    expect(rows.map(([app]) => app)).toEqual(knownApps)
  })

  it.each([
    [
      'node-workspaces',
      ['package.json', 'packages/'],
      'package.json holds workspaces and has no "start" script: which package runs cannot be known',
    ],
    ['rust', ['Cargo.toml', 'src/'], 'Cargo.toml is of Rust, for which tapit has no Dockerfile'],
  ])('says of %s what it saw and why that is not enough', async (app, seen, why) => {
    expect(await analyze(openFolder(fixturePath(app)))).toEqual({ is: 'unknown', seen, why })
  })

  it('gives a reason for every one of its choices, with the file that it comes from', async () => {
    const { reasons } = await detectedFixture('fastapi-poetry')

    expect(reasons).toEqual([
      'Python 3.13: pyproject.toml',
      'poetry: poetry.lock',
      'FastAPI: pyproject.toml',
      'start: uvicorn, shop.api:app in src/shop/api.py',
      'port 8000: the default of uvicorn, where PORT says no other',
    ])
  })
})

function uvicorn(target: string): string {
  return `sh -c exec uvicorn ${target} --host 0.0.0.0 --port "$PORT"`
}
