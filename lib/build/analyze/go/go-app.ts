import { goDockerfile } from '../../dockerfile/go-dockerfile.ts'
import { chosenPort } from '../chosen-port.ts'
import type { Finding } from '../finding.ts'
import { listening, type ListeningPatterns } from '../listening.ts'
import type { Look, Source } from '../look.ts'
import { plainPath } from '../plain-path.ts'

/** The oldest of the two lines that get fixes; go.mod says one in all but the oldest modules. */
const usual = '1.25'

/** A Go module with a main package in its root or below cmd. */
export async function goApp(look: Look): Promise<Finding | undefined> {
  const module = await look.text('go.mod')
  if (!(await look.has('go.mod')) || module === undefined) return undefined
  if (await look.has('go.work'))
    return { is: 'stuck', why: 'go.work joins several modules: which of them runs cannot be known' }
  const sources = await look.sources(['.go'])
  const mains = mainPackages(sources)
  const main = chosenMain(mains, module)
  if (main === undefined)
    return { is: 'stuck', why: 'go.mod is there, but no "package main" in the root or below cmd' }
  const { version, reason } = versionOf(module)
  const heard = listening(sources, patterns)
  const port = chosenPort(look, { ...heard, usual: 8080, of: 'most Go servers' })
  const needsC = usesC.test(module) || sources.some(({ text }) => /^import "C"$/m.test(text))
  const framework = frameworkOf(module)
  const others = mains.filter(other => other !== main)
  return {
    is: 'found',
    runtime: 'go',
    version,
    ...(framework !== undefined && { framework }),
    command: ['/app/app'],
    ...(port.port !== undefined && { port: port.port }),
    reasons: [
      reason,
      ...(framework === undefined ? [] : [`${framework}: go.mod`]),
      `main package: ${main}`,
      port.reason,
    ],
    warnings: [
      ...(others.length > 0 ? [`other main packages are not built: ${others.slice(0, 5).join(', ')}`] : []),
      ...(needsC
        ? [
            'it uses C, so that it is built with it and runs on Debian; libraries that it links must be added there',
          ]
        : []),
      ...port.warnings,
    ],
    ignored: ['bin', '*.test', 'coverage.out'],
    dockerfile: goDockerfile({
      version,
      main,
      hasSums: await look.has('go.sum'),
      isVendored: await look.has('vendor/modules.txt'),
      needsC,
      folders: await dataFolders(look),
      ...(port.port !== undefined && { port: port.port }),
      takesPort: port.takesPort,
      healthPath: heard.healthPath ?? '/',
    }),
  }
}

/** Packages that are C inside. */
const usesC =
  /\b(?:mattn\/go-sqlite3|confluentinc\/confluent-kafka-go|go-gst\/go-gst|h2non\/bimg|davidbyttow\/govips)\b/

const frameworks: readonly (readonly [RegExp, string])[] = [
  [/\bgithub\.com\/gin-gonic\/gin\b/, 'Gin'],
  [/\bgithub\.com\/labstack\/echo\b/, 'Echo'],
  [/\bgithub\.com\/gofiber\/fiber\b/, 'Fiber'],
  [/\bgithub\.com\/go-chi\/chi\b/, 'chi'],
]

function frameworkOf(module: string): string | undefined {
  return frameworks.find(([pattern]) => pattern.test(module))?.[1]
}

/** The toolchain line is the newer of the two, where both stand there. */
function versionOf(module: string): { readonly version: string; readonly reason: string } {
  const { version } =
    /^toolchain\s+go(?<version>1\.\d{1,2})/m.exec(module)?.groups ??
    /^go\s+(?<version>1\.\d{1,2})/m.exec(module)?.groups ??
    {}
  return version === undefined
    ? { version: usual, reason: `Go ${usual}: go.mod says none` }
    : { version, reason: `Go ${version}: go.mod` }
}

function mainPackages(sources: readonly Source[]): readonly string[] {
  const folders = sources
    .filter(({ text }) => /^package main\s*(?:\/\/.*)?$/m.test(text) && !/^\/\/go:build ignore/m.test(text))
    .map(({ path }) => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.'))
  return [...new Set(folders)].flatMap(folder =>
    folder === '.' ? ['.'] : plainPath(folder) === undefined ? [] : [`./${folder}`],
  )
}

const usualNames = ['server', 'web', 'api', 'app', 'http', 'service', 'main']

/** The root; else the only one; else the one that is named like the module or a server. */
function chosenMain(mains: readonly string[], module: string): string | undefined {
  if (mains.includes('.')) return '.'
  const own =
    /^module\s+(?<path>\S{1,200})/m
      .exec(module)
      ?.groups?.['path']?.replace(/\/v\d+$/, '')
      .split('/')
      .at(-1) ?? ''
  const nameOf = (main: string) => main.slice(main.lastIndexOf('/') + 1)
  return (
    mains.find(main => nameOf(main) === own) ??
    usualNames.flatMap(name => mains.filter(main => nameOf(main) === name))[0] ??
    mains.find(main => main.startsWith('./cmd/')) ??
    mains[0]
  )
}

const patterns: ListeningPatterns = {
  server:
    /\bListenAndServe(?:TLS)?\s*\(|\bnet\.Listen\s*\(|\.(?:Run|Start|Listen)\s*\(\s*(?:":|\))|\bhttp\.Server\s*\{|\bgin\.(?:Default|New)\s*\(/,
  takesPort:
    /\b(?:Getenv|LookupEnv)\s*\(\s*"PORT"\s*\)|\bgin\.(?:Default|New)\s*\([^]{0,5000}?\.Run\s*\(\s*\)|env:"PORT[",]/,
  ports: [
    /"PORT"[^]{0,120}?"?:?(?<port>\d{2,5})"/,
    /(?:ListenAndServe(?:TLS)?|Run|Start|Listen|Addr)\s*[(:=]\s*(?:"tcp",\s*)?"[\w.]*:(?<port>\d{2,5})"/,
  ],
}

/** What a server may read when it runs; what is embedded costs little to have twice. */
async function dataFolders(look: Look): Promise<readonly string[]> {
  const found: string[] = []
  for (const folder of ['templates', 'views', 'static', 'public', 'assets', 'migrations', 'locales'])
    if (await look.hasFolder(folder)) found.push(folder)
  return found
}
