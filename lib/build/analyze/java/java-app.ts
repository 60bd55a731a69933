import { javaDockerfile, type JavaTool } from '../../dockerfile/java-dockerfile.ts'
import { chosenPort } from '../chosen-port.ts'
import type { Finding } from '../finding.ts'
import { listening, type ListeningPatterns } from '../listening.ts'
import type { Look, Source } from '../look.ts'
import { toolVersion } from '../tool-version.ts'

/** An LTS with fixes until 2029 that all current build tools know. */
const usual = 21
/** What Temurin's images are there for: the LTS versions. */
const available = [8, 11, 17, 21, 25]

type Build = { readonly tool: JavaTool; readonly file: string; readonly text: string }

/** An app that Maven or Gradle builds: Spring Boot's, Quarkus's, or any with a main class. */
export async function javaApp(look: Look): Promise<Finding | undefined> {
  const build = await buildOf(look)
  if (build === undefined) return undefined
  const { tool, file, text } = build
  if (
    isOfSeveral(build, (await look.text('settings.gradle')) ?? (await look.text('settings.gradle.kts')) ?? '')
  )
    return { is: 'stuck', why: `${file} joins several modules: which of them runs cannot be known` }
  const sources = await look.sources(['.java', '.kt'])
  const kind = kindOf(text)
  const main = kind === undefined ? mainClass(text, sources) : undefined
  if (kind === undefined && main === undefined)
    return { is: 'stuck', why: `${file} is there, but no class with a main method` }
  const version = await versionOf(look, text)
  const settings = await settingsOf(look)
  const heard = listening(sources, patterns)
  const port = chosenPort(
    look,
    kind === undefined
      ? { ...heard, usual: 8080, of: 'most Java servers' }
      : { isServer: isWeb(kind, text), takesPort: true, usual: 8080, of: kind, ...settings },
  )
  const command = commandOf(kind, main)
  const framework =
    kind ??
    (/\bio\.javalin\b/.test(text) ? 'Javalin' : /\bio\.micronaut\b/.test(text) ? 'Micronaut' : undefined)
  return {
    is: 'found',
    runtime: 'java',
    version: version.version,
    ...(framework !== undefined && { framework }),
    packageManager: tool.name,
    command,
    ...(port.port !== undefined && { port: port.port }),
    reasons: [
      version.reason,
      `${tool.name}: ${file}${tool.hasWrapper ? ', by its wrapper' : ''}`,
      ...(framework === undefined ? [] : [`${framework}: ${file}`]),
      ...(main === undefined ? [] : [`main class: ${main}`]),
      port.reason,
    ],
    warnings: [...version.warnings, ...port.warnings, 'tests are not run by the build of the image'],
    ignored: ['target', 'build', '.gradle', 'out'],
    dockerfile: javaDockerfile({
      version: version.version,
      tool,
      kind: kind ?? 'plain',
      ...(port.port !== undefined && { port: port.port }),
      portVariable: kind === undefined && !port.takesPort ? undefined : portVariable(kind),
      healthPath: healthPath(text, heard.healthPath),
      command,
    }),
  }
}

async function buildOf(look: Look): Promise<Build | undefined> {
  const pom = await look.text('pom.xml')
  if (pom !== undefined) {
    const hasWrapper = (await look.has('mvnw')) && (await look.has('.mvn/wrapper/maven-wrapper.properties'))
    return { tool: { name: 'maven', hasWrapper, files: ['pom.xml'] }, file: 'pom.xml', text: pom }
  }
  for (const file of ['build.gradle.kts', 'build.gradle']) {
    const text = await look.text(file)
    if (text === undefined) continue
    const files = [file]
    for (const other of ['settings.gradle', 'settings.gradle.kts', 'gradle.properties', 'gradle.lockfile'])
      if (await look.has(other)) files.push(other)
    return { tool: { name: 'gradle', hasWrapper: await look.has('gradlew'), files }, file, text }
  }
  return undefined
}

function isOfSeveral({ text }: Build, settings: string): boolean {
  return /<modules>\s*<module>/.test(text) || /^[ \t]*include\s*[('"]/m.test(settings)
}

function kindOf(text: string): 'Spring Boot' | 'Quarkus' | undefined {
  if (/spring-boot-maven-plugin|org\.springframework\.boot['"]/.test(text)) return 'Spring Boot'
  if (/quarkus-maven-plugin|id\s*\(?\s*['"]io\.quarkus['"]/.test(text)) return 'Quarkus'
  return undefined
}

function isWeb(kind: 'Spring Boot' | 'Quarkus', text: string): boolean {
  return (
    kind === 'Quarkus' ||
    /spring-boot-starter-(?:web|webmvc|webflux|jersey|data-rest|graphql|actuator|jetty|undertow|tomcat)\b|vaadin/.test(
      text,
    )
  )
}

/** Spring and Quarkus take every setting out of a variable too. */
function portVariable(
  kind: 'Spring Boot' | 'Quarkus' | undefined,
): 'SERVER_PORT' | 'QUARKUS_HTTP_PORT' | 'PORT' {
  return kind === 'Spring Boot' ? 'SERVER_PORT' : kind === 'Quarkus' ? 'QUARKUS_HTTP_PORT' : 'PORT'
}

function commandOf(kind: 'Spring Boot' | 'Quarkus' | undefined, main: string | undefined): readonly string[] {
  if (kind === 'Spring Boot') return ['java', '-jar', 'app.jar']
  if (kind === 'Quarkus') return ['java', '-jar', 'quarkus-run.jar']
  return ['java', '-cp', 'lib/*', main ?? '']
}

/** What the build file says, else the nearest class with a main method. */
function mainClass(text: string, sources: readonly Source[]): string | undefined {
  const said =
    /<mainClass>\s*(?<name>[A-Za-z_][\w.$]{0,200})\s*<\/mainClass>/.exec(text)?.groups?.['name'] ??
    /mainClass(?:\.set\(|Name)?\s*=?\s*['"](?<name>[A-Za-z_][\w.$]{0,200})['"]/.exec(text)?.groups?.['name']
  return said ?? sources.map(mainOf).find(name => name !== undefined)
}

function mainOf({ path, text }: Source): string | undefined {
  const isKotlin = path.endsWith('.kt')
  const hasMain = isKotlin
    ? /^fun main\s*\(/m.test(text)
    : /\bstatic\s+(?:final\s+)?void\s+main\s*\(\s*(?:final\s+)?String\b/.test(text)
  const name = /(?<name>[A-Za-z_]\w{0,100})\.(?:java|kt)$/.exec(path)?.groups?.['name']
  if (!hasMain || name === undefined || path.startsWith('src/test/')) return undefined
  const inside = /^package\s+(?<name>[A-Za-z_][\w.]{0,200})/m.exec(text)?.groups?.['name']
  return `${inside === undefined ? '' : `${inside}.`}${name}${isKotlin ? 'Kt' : ''}`
}

const versionPatterns: readonly RegExp[] = [
  /<maven\.compiler\.release>\s*(?:1\.)?(?<version>\d{1,2})\s*</,
  /<java\.version>\s*(?:1\.)?(?<version>\d{1,2})\b/,
  /<release>\s*(?:1\.)?(?<version>\d{1,2})\s*<\/release>/,
  /<maven\.compiler\.(?:source|target)>\s*(?:1\.)?(?<version>\d{1,2})\s*</,
  /JavaLanguageVersion\.of\(\s*(?<version>\d{1,2})\s*\)/,
  /jvmToolchain\(\s*(?<version>\d{1,2})\s*\)/,
  /(?:sourceCompatibility|targetCompatibility)\s*=?\s*(?:JavaVersion\.VERSION_)?['"]?(?:1[._])?(?<version>\d{1,2})\b/,
]

async function versionOf(
  look: Look,
  text: string,
): Promise<{ readonly version: string; readonly reason: string; readonly warnings: readonly string[] }> {
  const named = await toolVersion(look, { files: ['.java-version'], tools: ['java'] })
  const heroku = /^java\.runtime\.version\s*=\s*(?:1\.)?(?<version>\d{1,2})/m.exec(
    (await look.text('system.properties')) ?? '',
  )
  const clues: readonly (readonly [string | undefined, string])[] = [
    [
      versionPatterns
        .map(pattern => pattern.exec(text)?.groups?.['version'])
        .find(version => version !== undefined),
      'the build file',
    ],
    [
      /(?:^|[a-z]-)(?:1\.)?(?<version>\d{1,2})(?:\.|$|\+|-)/.exec(named?.version ?? '')?.groups?.['version'],
      named?.from ?? '',
    ],
    [heroku?.groups?.['version'], 'system.properties'],
  ]
  const [said, from] = clues.find(([found]) => found !== undefined) ?? []
  if (said === undefined)
    return { version: String(usual), reason: `Java ${usual}: nothing says another`, warnings: [] }
  // A newer Java runs what was written for an older one.
  const version = available.find(each => each >= Number(said)) ?? Number(said)
  return {
    version: String(version),
    reason: `Java ${version}: ${from ?? ''}${String(version) === said ? '' : `, which says ${said}: the next with long support`}`,
    warnings: [],
  }
}

type Settings = { readonly port?: number; readonly where?: string }

const settingsFiles = ['application.properties', 'application.yml', 'application.yaml'].map(
  file => `src/main/resources/${file}`,
)

async function settingsOf(look: Look): Promise<Settings> {
  for (const file of settingsFiles) {
    const text = (await look.text(file)) ?? ''
    const { port } =
      /^(?:server\.port|quarkus\.http\.port)\s*[=:]\s*(?:\$\{\w{1,60}:)?(?<port>\d{2,5})/m.exec(text)
        ?.groups ??
      /^server:[^\S\n]*\n(?:[^\S\n]+.{0,200}\n){0,20}?[^\S\n]+port:\s*['"]?(?:\$\{\w{1,60}:)?(?<port>\d{2,5})/m.exec(
        text,
      )?.groups ??
      {}
    if (port !== undefined) return { port: Number(port), where: file }
  }
  return {}
}

function healthPath(text: string, heard: string | undefined): string {
  if (/spring-boot-starter-actuator\b/.test(text)) return '/actuator/health'
  return /quarkus-smallrye-health\b/.test(text) ? '/q/health/live' : (heard ?? '/')
}

const patterns: ListeningPatterns = {
  server:
    /\bHttpServer\.create\s*\(|\bnew ServerSocket\s*\(|\bJavalin\.create\s*\(|\bembeddedServer\s*\(|\bSpark\.|\bMicronaut\.run\b|\bnew Server\s*\(/,
  takesPort:
    /\bgetenv\s*\(\s*"PORT"\s*\)|getenv\(\)\.(?:get|getOrDefault)\s*\(\s*"PORT"|getenv\(\)\["PORT"\]/,
  ports: [
    /"PORT"[^\n]{0,80}?\b(?<port>\d{2,5})\b/,
    /\bInetSocketAddress\s*\(\s*(?:"[\w.]*"\s*,\s*)?(?<port>\d{2,5})\b/,
    /\.start\s*\(\s*(?<port>\d{2,5})\s*\)/,
    /\bnew (?:ServerSocket|Server)\s*\(\s*(?<port>\d{2,5})\b/,
    /\bport\s*=\s*(?<port>\d{2,5})\b/i,
  ],
}
