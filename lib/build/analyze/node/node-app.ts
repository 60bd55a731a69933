import { type NodeBuild, nodeDockerfile } from '../../dockerfile/node-dockerfile.ts'
import { staticCommand, staticDockerfile } from '../../dockerfile/static-dockerfile.ts'
import { chosenPort } from '../chosen-port.ts'
import type { Finding } from '../finding.ts'
import { listening, type ListeningPatterns } from '../listening.ts'
import type { Look } from '../look.ts'
import { plainPath } from '../plain-path.ts'
import { procfileStart } from '../procfile-start.ts'
import { quoted } from '../quoted.ts'
import { type FrameworkServer, frameworkServer } from './framework-server.ts'
import { type FrontendFramework, frontendFramework } from './frontend-framework.ts'
import { type NodePackages, nodePackages } from './node-packages.ts'
import { nodeVersion, type RuntimeVersion } from './node-version.ts'
import { type PackageJson, packageJson } from './package-json.ts'
import { type StartCommand, startCommand } from './start-command.ts'
import { type StaticBuild, staticBuild } from './static-build.ts'

/** Everything that is known before it is decided how the app runs. */
type Seen = {
  readonly look: Look
  readonly packageJson: PackageJson
  readonly version: RuntimeVersion
  readonly packages: NodePackages
  readonly framework?: FrontendFramework
  readonly warnings: readonly string[]
}

type Start = StartCommand & {
  readonly from: string
  readonly isWeb?: boolean
  /** Nobody said so: a file is there that Node would take. */
  readonly isGuess?: boolean
}

/** An app with a package.json: a server by itself or by its framework, or files that a build makes. */
export async function nodeApp(look: Look): Promise<Finding | undefined> {
  if (!(await look.has('package.json'))) return undefined
  const content = packageJson((await look.text('package.json')) ?? '')
  if (content === undefined) return { is: 'stuck', why: 'package.json is no JSON object' }
  const packages = await nodePackages(look, content)
  if ('unknown' in packages) return { is: 'stuck', why: packages.unknown }
  const framework = await frontendFramework(look, content)
  const version = await nodeVersion(look, content)
  const seen: Seen = {
    look,
    packageJson: content,
    version,
    packages,
    warnings: [...version.warnings, ...packages.warnings],
    ...(framework !== undefined && { framework }),
  }
  return appOf(seen)
}

async function appOf(seen: Seen): Promise<Finding | undefined> {
  const { look, packageJson: content, framework } = seen
  const start = await startOf(seen)
  const isRun = start !== undefined && !start.isForDevelopment
  const made = framework && (await staticBuild(look, framework, content))
  if (made !== undefined && (!isRun || start.isGuess === true) && framework !== undefined)
    return staticApp(seen, { made, framework })
  const server = framework && (await frameworkServer(look, framework, content))
  if (server !== undefined && 'stuck' in server) return { is: 'stuck', why: server.stuck }
  if (server !== undefined)
    return serverApp(seen, { server, ...(isRun && start.isGuess !== true && { start }) })
  if (isRun) return serverApp(seen, { start })
  if (start === undefined && (await isForTools(seen))) return undefined
  return { is: 'stuck', why: await nothingToRun(seen, start) }
}

/** A site of plain files can have a package.json for its formatter. */
async function isForTools({ look, packageJson: content, framework }: Seen): Promise<boolean> {
  return (
    framework === undefined &&
    content.scripts['build'] === undefined &&
    !content.hasWorkspaces &&
    ((await look.has('index.html')) || (await look.has('public/index.html')))
  )
}

async function nothingToRun({ look, packageJson: content }: Seen, start: Start | undefined): Promise<string> {
  if (start !== undefined)
    return `${start.from} is ${quoted(start.line)}, which is for development, and nothing says what the build makes`
  if (content.hasWorkspaces || (await hasPnpmWorkspaces(look)))
    return 'package.json holds workspaces and has no "start" script: which package runs cannot be known'
  return 'package.json has neither a "start" script nor a "main" that is there'
}

/** In the order of who knows best: a Procfile, the script for production, the usual one, and what Node would take itself. */
async function startOf({ look, packageJson: content }: Seen): Promise<Start | undefined> {
  const procfile = await procfileStart(look)
  if (procfile !== undefined)
    return { ...startCommand(procfile.line, content), from: procfile.from, isWeb: procfile.isWeb }
  for (const name of ['start:prod', 'start:production', 'start']) {
    const line = content.scripts[name]
    if (line !== undefined) return { ...startCommand(line, content), from: `"${name}" in package.json` }
  }
  const main = plainPath(content.main ?? '..')
  for (const file of [main, 'server.js', 'server.mjs', 'index.js', 'index.mjs', 'app.js', 'main.js'])
    if (file !== undefined && (await isThere(look, file)))
      return {
        ...startCommand(`node ${file}`, content),
        from: file === main ? '"main" in package.json' : file,
        isGuess: true,
      }
  return undefined
}

async function isThere(look: Look, file: string): Promise<boolean> {
  return (await look.has(file)) || (await look.has(`${file}.js`)) || (await look.has(`${file}/index.js`))
}

async function hasPnpmWorkspaces(look: Look): Promise<boolean> {
  return /^packages:/m.test((await look.text('pnpm-workspace.yaml')) ?? '')
}

async function staticApp(
  seen: Seen,
  { made, framework }: { readonly made: StaticBuild; readonly framework: FrontendFramework },
): Promise<Finding> {
  const { look, version, packages, packageJson: content } = seen
  if (content.scripts['build'] === undefined)
    return {
      is: 'stuck',
      why: `package.json has no "build" script, which would make the files of ${framework.name}`,
    }
  const port = chosenPort(look, { isServer: true, takesPort: true, usual: 8080, of: 'the web server' })
  const build = await buildOf(seen, { run: packages.run('build') })
  return {
    is: 'found',
    runtime: 'static',
    // Of nginx, which is what runs.
    version: '1',
    framework: framework.name,
    packageManager: packages.name,
    command: staticCommand,
    ...(port.port !== undefined && { port: port.port }),
    reasons: [
      version.reason,
      packages.reason,
      `${framework.name}: package.json`,
      `files in ${made.output}, served by nginx: ${made.from}`,
      port.reason,
    ],
    warnings: [...seen.warnings, ...build.warnings],
    ignored: [...ignored, made.output],
    dockerfile: staticDockerfile({
      made: { version: version.version, packages, build: build.build },
      folder: made.output,
      isSinglePage: made.isSinglePage,
      hasNotFoundPage: !made.isSinglePage,
      port: port.port ?? 8080,
      ...(made.hashed !== undefined && { hashed: made.hashed }),
    }),
  }
}

async function serverApp(
  seen: Seen,
  { start, server }: { readonly start?: Start; readonly server?: FrameworkServer },
): Promise<Finding> {
  const { look, version, packages, packageJson: content, framework } = seen
  // A framework's own server is known better than the script that starts it; another one is the app's.
  const isOwn = server === undefined || (start !== undefined && !isServerOf(server, start))
  const command = isOwn ? (start?.words ?? []) : server.command
  const isBun = isOwn && /^bun(?:\s|$)/.test(start?.line ?? '')
  const heard = listening(await look.sources(['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts']), patterns)
  const said = isOwn
    ? heard
    : {
        ...heard,
        isServer: true,
        takesPort: true,
        port: server.port,
        where: `the default of ${framework?.name ?? ''}`,
      }
  const port = chosenPort(look, {
    isServer:
      (start?.isWeb ?? false) || said.isServer || servers.some(name => content.dependencies.includes(name)),
    takesPort: said.takesPort || (start?.line.includes('$PORT') ?? false),
    ...(said.port !== undefined && { port: said.port, where: said.where ?? '' }),
    ...(start?.port !== undefined && {
      port: start.port,
      where: start.from,
      // A framework's server is started without its flags, and takes PORT.
      takesPort:
        !isOwn ||
        ((start.line.includes('$PORT') || said.takesPort) && !/(?:-p|--port)[ =]\d/.test(start.line)),
    }),
  })
  const keepsAll = isOwn && start?.developmentPackage !== undefined
  const build = await buildOf(seen, {
    run: content.scripts['build'] === undefined ? (isOwn ? undefined : server.build) : packages.run('build'),
    outputs: isOwn ? await outputsOf(look, start) : server.outputs,
    caches: server?.caches ?? [],
  })
  const result = isOwn ? undefined : server.result
  const hasPackages =
    content.dependencies.length > 0 ||
    (content.devDependencies.length > 0 && (keepsAll || build.build.run !== undefined))
  const entry = isOwn && build.build.run === undefined ? await missingEntry(look, start) : undefined
  return {
    is: 'found',
    runtime: isBun ? 'bun' : 'node',
    version: isBun ? '1' : version.version,
    ...(framework !== undefined && { framework: framework.name }),
    packageManager: packages.name,
    command,
    ...(port.port !== undefined && { port: port.port }),
    reasons: [
      isBun ? `Bun 1: it is what ${start?.from ?? ''} runs` : version.reason,
      packages.reason,
      ...(framework === undefined ? [] : [`${framework.name}: package.json`]),
      ...(server?.reason === undefined || isOwn ? [] : [server.reason]),
      isOwn
        ? `start: ${start?.from ?? ''}, ${quoted(start?.line ?? '')}`
        : `start: the server of ${framework?.name ?? ''}`,
      port.reason,
    ],
    warnings: [
      ...seen.warnings,
      ...build.warnings,
      ...(isOwn ? (start?.warnings ?? []) : server.warnings),
      ...(keepsAll
        ? [
            `${quoted(start.developmentPackage ?? '')} starts it and is in devDependencies: so the image keeps all of them; move it to dependencies`,
          ]
        : []),
      ...(entry === undefined
        ? []
        : [`${quoted(entry)} is not there, and package.json has no "build" script that could make it`]),
      ...port.warnings,
      ...hookWarnings(content, start),
    ],
    ignored: [...ignored, ...(build.build.outputs ?? [])],
    dockerfile: nodeDockerfile({
      version: isBun ? '1' : version.version,
      runtime: isBun ? 'bun' : 'node',
      ...(hasPackages || build.build.run !== undefined ? { packages } : {}),
      build: build.build,
      ...(result !== undefined && { result }),
      hasModules: content.dependencies.length > 0 || keepsAll,
      keepsAll,
      needsPath: isOwn && (start?.needsShell ?? false),
      environment: isOwn ? [] : server.environment,
      ...(port.port !== undefined && { port: port.port }),
      takesPort: port.takesPort,
      healthPath: heard.healthPath ?? '/',
      command,
    }),
  }
}

/** Frameworks whose apps listen even where their sources hide it. */
const servers = [
  'express',
  'fastify',
  'koa',
  'hono',
  '@hono/node-server',
  '@nestjs/core',
  '@hapi/hapi',
  'restify',
  'polka',
  'elysia',
  '@feathersjs/express',
  '@adonisjs/core',
  '@strapi/strapi',
  '@apollo/server',
  'h3',
  'sails',
]

const patterns: ListeningPatterns = {
  server: /\.listen\s*\(|\bcreateServer\s*\(|\b(?:Bun\.)?serve\s*\(\s*\{/,
  takesPort: /\b(?:process|Bun|import\.meta)\.env(?:\.PORT\b|\[\s*['"]PORT['"]\s*\])|\benv\.PORT\b/,
  ports: [
    /\benv(?:\.PORT\b|\[\s*['"]PORT['"]\s*\])[^\n]{0,20}?(?:\|\||\?\?|,)\s*['"]?(?<port>\d{2,5})\b/,
    /\.listen\s*\(\s*(?:\{[^}]{0,100}?\bport\s*:\s*)?(?<port>\d{2,5})\b/,
    /\bserve\s*\(\s*\{[^}]{0,200}?\bport\s*:\s*(?<port>\d{2,5})\b/,
    /\b(?:const|let|var)\s+(?:port|PORT)\s*=\s*(?<port>\d{2,5})\b/,
  ],
}

const ignored = [
  '**/node_modules',
  '.next',
  '.nuxt',
  '.output',
  '.svelte-kit',
  '.astro',
  '.turbo',
  'coverage',
  '*.log',
]

/** `next start` starts the server that is known; `node server.js` is one of the app's own. */
function isServerOf({ command }: FrameworkServer, { line }: Start): boolean {
  const [program = '', argument = ''] = command
  const name = program.replace('node_modules/.bin/', '')
  if (name !== 'node') return line === name || line.startsWith(`${name} `)
  const [, first = ''] = line.split(/\s+/).filter(word => !word.startsWith('-'))
  const isBuilt = first.replace(/^\.\//, '').startsWith(argument.split('/')[0] ?? '')
  return /^(?:next|nuxt|nuxi|astro|vite)\s/.test(line) || (/^node\s/.test(line) && isBuilt)
}

/** The folder of what starts, where only the build can put it there: `dist` of `node dist/main.js`. */
async function outputsOf(look: Look, start: Start | undefined): Promise<readonly string[] | undefined> {
  const entry = await missingEntry(look, start)
  const [folder, ...rest] = entry?.split('/') ?? []
  return folder === undefined || rest.length === 0 ? undefined : [folder]
}

/** What the command begins with and is not in the folder. */
async function missingEntry(look: Look, start: Start | undefined): Promise<string | undefined> {
  const { file } =
    /^(?:node|bun(?: run)?)\s+(?:--?[\w=-]+\s+)*(?<file>[^\s-]\S*)/.exec(start?.line ?? '')?.groups ?? {}
  const entry = file === undefined ? undefined : plainPath(file)
  return entry === undefined || entry === '.' || (await isThere(look, entry)) ? undefined : entry
}

type BuildOptions = {
  readonly run: string | undefined
  readonly outputs?: readonly string[]
  readonly caches?: readonly string[]
}

const hooks = ['preinstall', 'install', 'postinstall']

/** A package.json can have scripts of its own around the install. */
async function buildOf(
  { look, packageJson: content }: Seen,
  { run, outputs, caches = [] }: BuildOptions,
): Promise<{ readonly build: NodeBuild; readonly warnings: readonly string[] }> {
  const hook = hooks.find(name => content.scripts[name] !== undefined)
  const hasWorkspaces = content.hasWorkspaces || (await hasPnpmWorkspaces(look))
  const isPrepared = content.scripts['prepare'] !== undefined
  const needsSources = hasWorkspaces
    ? 'packages of the workspace are installed from their sources'
    : hook !== undefined
      ? `"${hook}" in package.json may need them`
      : undefined
  return {
    build: {
      caches,
      ...(run !== undefined && { run }),
      ...(outputs !== undefined && { outputs }),
      ...(needsSources !== undefined && { needsSources }),
      // Husky and its like are not there without the packages for development.
      ...(isPrepared && run === undefined && { withoutScript: 'prepare' }),
    },
    warnings: [
      ...(hasWorkspaces
        ? [
            'package.json holds workspaces: their packages are all installed, and any change installs them anew; a Dockerfile of your own can do better',
          ]
        : []),
      ...(content.dependencies.includes('@prisma/client') && run === undefined
        ? ['Prisma’s client must be generated: add "build": "prisma generate" to the scripts of package.json']
        : []),
    ],
  }
}

function hookWarnings({ scripts }: PackageJson, start: Start | undefined): readonly string[] {
  const isScript = start?.from.startsWith('"start"') === true
  return isScript && scripts['prestart'] !== undefined
    ? [
        `"prestart" in package.json (${quoted(scripts['prestart'])}) does not run before the start: make it part of "build", or of release.command in tapit.yml`,
      ]
    : []
}
