import type { Folder } from '../../names/folder.ts'
import type { Analysis } from '../analysis.ts'
import { dockerignoreText } from '../dockerfile/dockerignore-text.ts'
import type { Finding, Found } from './finding.ts'
import { type Look, lookInto } from './look.ts'
import { quoted } from './quoted.ts'

export type AnalyzeOptions = {
  /** The Dockerfile of the app, from the folder. @default 'Dockerfile' */
  readonly dockerfile?: string
  /** The port that the process has in tapit.yml. @default - the one that the app says, or that is usual for its framework */
  readonly port?: number
}

/** Reads what a folder says about how to run what is in it. Runs nothing, and writes nothing. */
export async function analyze(
  folder: Folder,
  { dockerfile = 'Dockerfile', port }: AnalyzeOptions = {},
): Promise<Analysis> {
  if (await folder.exists(dockerfile)) return { is: 'own_dockerfile', path: dockerfile }
  const look = lookInto(folder, { ...(port !== undefined && { port }) })
  const { found, whys, besides } = await findings(look)
  if (found === undefined) return unknown(look, whys)
  const { is: _, ignored, warnings, ...app } = found
  return {
    is: 'detected',
    ...app,
    warnings: [
      ...warnings,
      ...look.troubles,
      ...besides.map(file => `${file} is there too: what it builds is not in the image`),
      ...(await dockerignoreWarning(look, ignored)),
    ],
    ...(!(await folder.exists('.dockerignore')) && { dockerignore: dockerignoreText(ignored) }),
  }
}

type Detector = {
  readonly detect: (look: Look) => Promise<Finding | undefined>
  /** Files that another runtime's app can have as well, to build its pages or its tools. */
  readonly files: readonly string[]
  /** Only where nothing says that more is needed: the index.html of an app is not the app. */
  readonly isLast?: true
}

/**
 * In this order, because a Rails or Django app often has a package.json for its pages, and hardly any Node app has a Gemfile; a lone
 * requirements.txt may be for a script, so that Python without a framework comes after Node.
 */
const detectors: readonly Detector[] = [
  { files: ['Gemfile'], detect: async look => (await import('./ruby/ruby-app.ts')).rubyApp(look) },
  {
    files: ['requirements.txt', 'pyproject.toml', 'manage.py'],
    detect: async look => (await import('./python/python-app.ts')).pythonWebApp(look),
  },
  { files: ['go.mod'], detect: async look => (await import('./go/go-app.ts')).goApp(look) },
  {
    files: ['pom.xml', 'build.gradle', 'build.gradle.kts'],
    detect: async look => (await import('./java/java-app.ts')).javaApp(look),
  },
  { files: ['package.json'], detect: async look => (await import('./node/node-app.ts')).nodeApp(look) },
  { files: [], detect: async look => (await import('./python/python-app.ts')).pythonScript(look) },
  { files: [], detect: async look => (await import('./other-language.ts')).otherLanguage(look) },
  {
    files: [],
    isLast: true,
    detect: async look => (await import('./static-site.ts')).staticSite(look),
  },
]

type Findings = {
  readonly found?: Found
  readonly whys: readonly string[]
  readonly besides: readonly string[]
}

async function findings(look: Look): Promise<Findings> {
  const whys: string[] = []
  for (const detector of detectors) {
    if (detector.isLast === true && whys.length > 0) break
    const finding = await detector.detect(look)
    if (finding?.is === 'stuck') whys.push(finding.why)
    if (finding?.is === 'found' && finding.command.some(word => word.includes('\0')))
      return { whys: ['the start command has a zero byte'], besides: [] }
    if (finding?.is === 'found')
      return { found: finding, whys, besides: await besides(look, finding, detector) }
  }
  return { whys, besides: [] }
}

/** What other runtimes' files are there; Ruby's own Dockerfile looks after package.json. */
async function besides(look: Look, { runtime }: Found, detector: Detector): Promise<readonly string[]> {
  const others = detectors.filter(other => other !== detector).flatMap(({ files }) => files)
  const found: string[] = []
  for (const file of others)
    if (
      !detector.files.includes(file) &&
      !(runtime === 'ruby' && file === 'package.json') &&
      (await look.has(file))
    )
      found.push(file)
  return runtime === 'static' && detector.files.length === 0 ? [] : found
}

const mostNames = 12

async function unknown(look: Look, whys: readonly string[]): Promise<Analysis> {
  const entries = (await look.entries('.')).filter(({ name }) => !name.startsWith('.'))
  const names = entries.map(({ name, kind }) => quoted(kind === 'folder' ? `${name}/` : name).slice(1, -1))
  const more = names.length - mostNames
  return {
    is: 'unknown',
    seen: more > 0 ? [...names.slice(0, mostNames), `${more} more`] : names,
    why:
      [...whys, ...look.troubles].join('; ') ||
      (names.length === 0 ? 'the folder is empty' : 'none of the files says how it is run'),
  }
}

/** One that is there stays as it is, but must not let what the build makes be overwritten by what lies on a laptop. */
async function dockerignoreWarning(look: Look, ignored: readonly string[]): Promise<readonly string[]> {
  const text = await look.text('.dockerignore')
  if (
    text === undefined ||
    !ignored.includes('**/node_modules') ||
    /^(?:\*\*?\/|\/)?node_modules\/?\s*$/m.test(text)
  )
    return []
  return ['.dockerignore does not name node_modules: those of your machine would go into the image; add it']
}
