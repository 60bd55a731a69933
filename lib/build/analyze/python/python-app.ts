import { pythonDockerfile } from '../../dockerfile/python-dockerfile.ts'
import { commandWords } from '../../command-words.ts'
import { chosenPort } from '../chosen-port.ts'
import type { Finding } from '../finding.ts'
import { listening, type ListeningPatterns } from '../listening.ts'
import type { Look, Source } from '../look.ts'
import { procfileStart } from '../procfile-start.ts'
import { quoted } from '../quoted.ts'
import { type PythonDependencies, pythonDependencies } from './python-dependencies.ts'
import { moduleOf, type PythonEntry, pythonEntry } from './python-entry.ts'
import { pythonVersion } from './python-version.ts'

/** What is run, and by which server. */
type Served = {
  readonly framework?: string
  readonly command: readonly string[]
  readonly isServer: boolean
  /** The server listens where PORT says. */
  readonly takesPort: boolean
  readonly usualPort?: number
  readonly by?: 'gunicorn' | 'uvicorn' | undefined
  readonly isInSrc: boolean
  readonly reasons: readonly string[]
  readonly warnings: readonly string[]
  readonly collectsStatic?: { readonly variables: readonly string[] }
}

type Seen = {
  readonly look: Look
  readonly dependencies?: PythonDependencies
  readonly sources: readonly Source[]
}

/** Django, FastAPI, Flask, or what a Procfile starts. */
export async function pythonWebApp(look: Look): Promise<Finding | undefined> {
  const seen = await seenIn(look)
  if (seen === undefined || 'is' in seen) return seen
  const served = (await django(seen)) ?? fastApi(seen) ?? flask(seen)
  const procfile = await ofProcfile(seen)
  // A Procfile knows the command best; what else the framework needs stays.
  if (procfile !== undefined)
    return appOf(
      seen,
      served === undefined || 'is' in served
        ? procfile
        : { ...served, ...procfile, warnings: served.warnings },
    )
  if (served === undefined) return undefined
  return 'is' in served ? served : appOf(seen, served)
}

/** A script with packages of its own, or without. */
export async function pythonScript(look: Look): Promise<Finding | undefined> {
  const seen = await seenIn(look)
  if (seen === undefined || 'is' in seen) return undefined
  for (const file of ['main.py', 'app.py', 'server.py', 'worker.py', 'bot.py', 'run.py'])
    if (await look.has(file))
      return appOf(seen, {
        command: ['python', file],
        isServer: false,
        takesPort: false,
        isInSrc: await look.hasFolder('src'),
        reasons: [`start: ${file}`],
        warnings: [],
      })
  return {
    is: 'stuck',
    why: `Python${seen.dependencies === undefined ? '' : ` by ${seen.dependencies.from}`}, but no Django, FastAPI or Flask app and no main.py`,
  }
}

async function seenIn(look: Look): Promise<Seen | Finding | undefined> {
  const dependencies = await pythonDependencies(look)
  if (dependencies !== undefined && 'stuck' in dependencies) return { is: 'stuck', why: dependencies.stuck }
  const isPython =
    dependencies !== undefined ||
    (await look.has('manage.py')) ||
    (await look.has('main.py')) ||
    (await look.has('app.py'))
  if (!isPython) return undefined
  return { look, sources: await look.sources(['.py']), ...(dependencies !== undefined && { dependencies }) }
}

/** Only what Python runs: `web: npm start` is another detector's. */
async function ofProcfile({ look, dependencies }: Seen): Promise<Served | undefined> {
  const start = await procfileStart(look)
  const { program } =
    /^(?:exec\s+)?(?<program>gunicorn|uvicorn|hypercorn|daphne|waitress-serve|python3?|celery|fastapi|flask|streamlit)\s/.exec(
      `${start?.line ?? ''} `,
    )?.groups ?? {}
  if (start === undefined || program === undefined) return undefined
  const takesPort =
    /\$\{?PORT\b/.test(start.line) || (program === 'gunicorn' && !/\s(?:-b|--bind)\b/.test(start.line))
  const framework = frameworkOf(dependencies)
  return {
    command: /\$\w|\$\{/.test(start.line)
      ? shell(start.line.replace(/^exec\s+/, ''))
      : commandWords(start.line),
    isServer: start.isWeb,
    takesPort,
    usualPort: 8000,
    isInSrc: await look.hasFolder('src'),
    reasons: [
      ...(framework === undefined ? [] : [`${framework}: ${dependencies?.namedIn ?? ''}`]),
      `start: ${start.from}, ${quoted(start.line)}`,
    ],
    warnings: [],
    by: program === 'gunicorn' || program === 'uvicorn' ? program : undefined,
    ...(framework !== undefined && { framework }),
  }
}

function frameworkOf(dependencies: PythonDependencies | undefined): string | undefined {
  const names = dependencies?.names ?? new Set()
  return names.has('django')
    ? 'Django'
    : names.has('fastapi')
      ? 'FastAPI'
      : names.has('flask')
        ? 'Flask'
        : undefined
}

function shell(line: string): readonly string[] {
  return /[;&|\n()`<>]/.test(line) ? ['sh', '-c', line] : ['sh', '-c', `exec ${line}`]
}

async function django({ look, dependencies, sources }: Seen): Promise<Served | Finding | undefined> {
  const hasManage = await look.has('manage.py')
  if (!hasManage && dependencies?.names.has('django') !== true) return undefined
  if (
    hasManage &&
    dependencies?.names.has('django') !== true &&
    !/DJANGO_SETTINGS_MODULE/.test((await look.text('manage.py')) ?? '')
  )
    return undefined
  const module = wsgiModule(sources)
  if (module === undefined) return { is: 'stuck', why: 'Django, but no wsgi.py beside the settings' }
  const settings = sources.find(({ path }) =>
    /(?:^|\/)settings(?:\/(?:production|prod|base|__init__))?\.py$/.test(path),
  )
  const collects =
    hasManage &&
    dependencies?.names.has('whitenoise') === true &&
    /^STATIC_ROOT\s*=/m.test(settings?.text ?? '')
  return {
    framework: 'Django',
    command: gunicorn(`${module.module}:application`),
    isServer: true,
    takesPort: true,
    usualPort: 8000,
    by: 'gunicorn',
    isInSrc: module.root === 'src',
    reasons: [
      `Django: ${dependencies?.names.has('django') === true ? dependencies.namedIn : 'manage.py'}`,
      `start: gunicorn, ${module.module}:application in ${module.file}`,
    ],
    warnings: [
      ...(/^ALLOWED_HOSTS\s*=\s*\[\s*['"]\*['"]/m.test(settings?.text ?? '')
        ? []
        : [
            'the load balancer asks for the container by its address: ALLOWED_HOSTS in the settings must take that, or its checks are answered with 400',
          ]),
      'migrations do not run by themselves: release.command: ["python", "manage.py", "migrate"] in tapit.yml',
    ],
    ...(collects && { collectsStatic: { variables: neededVariables(settings?.text ?? '') } }),
  }
}

/** What WSGI_APPLICATION says, else the nearest wsgi.py. */
function wsgiModule(
  sources: readonly Source[],
): (Pick<PythonEntry, 'module' | 'root'> & { readonly file: string }) | undefined {
  const files = sources.filter(({ path }) => /(?:^|\/)wsgi\.py$/.test(path)).map(({ path }) => path)
  const said = sources
    .map(
      ({ text }) =>
        /^WSGI_APPLICATION\s*=\s*['"](?<module>[A-Za-z_][\w.]{0,100})\.application['"]/m.exec(text)?.groups?.[
          'module'
        ],
    )
    .find(module => module !== undefined)
  const found = files.map(file => ({ file, module: moduleOf(file) }))
  const chosen =
    found.find(({ module }) => module !== undefined && module.module === said) ??
    found.find(({ module }) => module !== undefined)
  return chosen?.module === undefined ? undefined : { ...chosen.module, file: chosen.file }
}

/** Settings that raise where these are not set. */
function neededVariables(settings: string): readonly string[] {
  const names = [...settings.matchAll(/os\.environ\[\s*['"](?<name>[A-Z][A-Z0-9_]{0,60})['"]\s*\]/g)].map(
    ({ groups }) => groups?.['name'] ?? '',
  )
  return [...new Set(names)].slice(0, 20)
}

function fastApi({ dependencies, sources }: Seen): Served | Finding | undefined {
  if (dependencies?.names.has('fastapi') !== true) return undefined
  const entry = pythonEntry(sources, 'FastAPI')
  if (entry === undefined) return { is: 'stuck', why: 'FastAPI, but no `app = FastAPI(…)` in any module' }
  const target = `${entry.module}:${entry.name}`
  return {
    framework: 'FastAPI',
    command: shell(`uvicorn ${target}${entry.isFactory ? ' --factory' : ''} --host 0.0.0.0 --port "$PORT"`),
    isServer: true,
    takesPort: true,
    usualPort: 8000,
    by: 'uvicorn',
    isInSrc: entry.root === 'src',
    reasons: [`FastAPI: ${dependencies.namedIn}`, `start: uvicorn, ${target} in ${entry.file}`],
    warnings: [],
  }
}

function flask({ dependencies, sources }: Seen): Served | Finding | undefined {
  if (dependencies?.names.has('flask') !== true) return undefined
  const entry = pythonEntry(sources, 'Flask')
  if (entry === undefined) return { is: 'stuck', why: 'Flask, but no `app = Flask(…)` in any module' }
  const target = `${entry.module}:${entry.name}${entry.isFactory ? '()' : ''}`
  return {
    framework: 'Flask',
    command: gunicorn(target),
    isServer: true,
    takesPort: true,
    usualPort: 8000,
    by: 'gunicorn',
    isInSrc: entry.root === 'src',
    reasons: [`Flask: ${dependencies.namedIn}`, `start: gunicorn, ${target} in ${entry.file}`],
    warnings: [],
  }
}

/** It takes PORT by itself, and WEB_CONCURRENCY as the number of its workers; its heartbeat must not wait for a disk. */
function gunicorn(target: string): readonly string[] {
  return ['gunicorn', '--worker-tmp-dir', '/dev/shm', '--access-logfile', '-', target]
}

async function appOf({ look, dependencies, sources }: Seen, served: Served): Promise<Finding> {
  const version = await pythonVersion(look, dependencies ?? {})
  const heard = listening(sources, patterns)
  const isScript = served.by === undefined && !served.isServer
  const port = chosenPort(look, {
    isServer: served.isServer || (isScript && heard.isServer),
    takesPort: served.takesPort || (isScript && heard.takesPort),
    ...(isScript && heard.port !== undefined && { port: heard.port, where: heard.where ?? '' }),
    ...(served.usualPort !== undefined && { usual: served.usualPort, of: served.by ?? 'the server' }),
  })
  const server = addedServer(served, dependencies)
  return {
    is: 'found',
    runtime: 'python',
    version: version.version,
    ...(served.framework !== undefined && { framework: served.framework }),
    ...(dependencies !== undefined && { packageManager: dependencies.manager }),
    command: served.command,
    ...(port.port !== undefined && { port: port.port }),
    reasons: [
      version.reason,
      ...(dependencies === undefined ? [] : [`${dependencies.manager}: ${dependencies.from}`]),
      ...served.reasons,
      port.reason,
    ],
    warnings: [
      ...version.warnings,
      ...(dependencies?.warnings ?? ['no file names packages: none are installed']),
      ...(server === undefined
        ? []
        : [
            `${served.by ?? ''} is not among the packages: the image adds it; name it in ${dependencies?.namedIn ?? 'requirements.txt'} to have a version of your choice`,
          ]),
      ...served.warnings,
      ...port.warnings,
    ],
    ignored: [
      '**/__pycache__',
      '**/*.pyc',
      '.venv',
      'venv',
      '.pytest_cache',
      '.mypy_cache',
      '.ruff_cache',
      '*.sqlite3',
    ],
    dockerfile: pythonDockerfile({
      version: version.version,
      ...(dependencies !== undefined && { packages: dependencies }),
      ...(server !== undefined && { server }),
      libraries: librariesOf(dependencies),
      ...(served.collectsStatic !== undefined && { collectsStatic: served.collectsStatic }),
      isInSrc: served.isInSrc,
      ...(port.port !== undefined && { port: port.port }),
      takesPort: port.takesPort,
      healthPath: heard.healthPath ?? '/',
      command: served.command,
    }),
  }
}

/** Major versions, so that a build next year is the same server. */
const servers = { gunicorn: 'gunicorn>=23,<24', uvicorn: 'uvicorn[standard]<1' } as const

/** Some frameworks bring a server along by an extra. */
const bringers: Readonly<Record<'gunicorn' | 'uvicorn', readonly string[]>> = {
  gunicorn: ['gunicorn'],
  uvicorn: ['uvicorn', 'fastapi[standard]', 'fastapi[all]', 'fastapi-cli'],
}

function addedServer({ by }: Served, dependencies: PythonDependencies | undefined): string | undefined {
  if (by === undefined) return undefined
  return bringers[by].some(name => dependencies?.names.has(name) === true) ? undefined : servers[by]
}

/** Packages that are built against a library of Debian's, and need it when they run. */
const libraries: Readonly<Record<string, string>> = {
  psycopg2: 'libpq5',
  psycopg: 'libpq5',
  mysqlclient: 'libmariadb3',
  weasyprint: 'libpango-1.0-0 libpangoft2-1.0-0',
  'python-magic': 'libmagic1',
}

function librariesOf(dependencies: PythonDependencies | undefined): readonly string[] {
  const names = dependencies?.names ?? new Set<string>()
  const needed = Object.entries(libraries).filter(
    ([name]) => names.has(name) && !names.has(`${name}[binary]`) && !names.has(`${name}[c]`),
  )
  return [...new Set(needed.map(([, library]) => library))]
}

const patterns: ListeningPatterns = {
  server:
    /\b(?:HTTPServer|ThreadingHTTPServer|TCPServer)\s*\(|\bserve_forever\s*\(|\buvicorn\.run\s*\(|\.run\s*\([^)]{0,200}\bport\s*=|\bweb\.run_app\s*\(/,
  takesPort: /\b(?:environ(?:\.get)?|getenv)\s*[([]\s*['"]PORT['"]/,
  ports: [
    /['"]PORT['"]\s*(?:,|\)\s*or)\s*['"]?(?<port>\d{2,5})\b/,
    /\bport\s*=\s*(?<port>\d{2,5})\b/i,
    /Server\s*\(\s*\(\s*['"][\w.]*['"]\s*,\s*(?<port>\d{2,5})\b/,
  ],
}
