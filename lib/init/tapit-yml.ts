import type { RouteSettings } from '../config/schema.ts'
import type { Draft, DraftProcess, Identity, Remark } from './draft.ts'
import { commentLines, flowText, scalarText } from './yaml-text.ts'

export type TapitYmlOptions = {
  readonly identity: Identity
  readonly draft: Draft
  /** The JSON Schema for editors, from the folder of tapit.yml; absent where tapit is not installed there. */
  readonly schema?: string
}

/** tapit.yml as text, with comments that say what else can be in it. */
export function tapitYml({ identity, draft, schema }: TapitYmlOptions): string {
  const parts = [
    header(schema),
    identityLines(identity),
    environmentLines,
    ['processes:', ...processLines(draft, identity)],
    routeLines(draft),
    draft.release === undefined ? releaseHint : releaseLines(draft.release),
    strategyHint,
    draft.remarks.flatMap(remark => commentLines(remark, 0)),
  ]
  return `${parts
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`
}

function header(schema: string | undefined): readonly string[] {
  return [
    ...(schema === undefined ? [] : [`# yaml-language-server: $schema=${schema}`]),
    '# What `npx cdk deploy` builds and `tapit create deploy` deploys to. Remove the # from what you want.',
  ]
}

function identityLines({ app, region, github, domain }: Identity): readonly string[] {
  return [
    `app: ${scalarText(app)}`,
    region === undefined
      ? '# region: eu-west-1              # left out: the region of your AWS credentials'
      : `region: ${scalarText(region)}`,
    ...(github === undefined
      ? ['# github: owner/name             # whose GitHub Actions may deploy, by environment']
      : ['# Whose GitHub Actions may deploy, by environment:', `github: ${scalarText(github)}`]),
    ...domainLines(domain, region),
  ]
}

function domainLines(domain: Identity['domain'], region = 'eu-west-1'): readonly string[] {
  if (domain?.certificate !== undefined) return [`domain: ${flowText(domain)}`]
  const { name = 'shop.example.com' } = domain ?? {}
  return [
    '# Over HTTP at the name of the load balancer, until there is a certificate in ACM:',
    `# domain: { name: ${scalarText(name)}, certificate: "arn:aws:acm:${region}:111122223333:certificate/…" }`,
  ]
}

const environmentLines = [
  '# Left out: production alone. What is said of a process here is different there.',
  '# environments:',
  '#   staging: { branch: main }',
  '#   production: { branch: release }',
]

function processLines({ processes }: Draft, { app }: Identity): readonly string[] {
  const first = processes.findIndex(isProcess)
  return processes.flatMap((process, index) => {
    const lines = isProcess(process)
      ? [...linesOfProcess(process), ...(index === first ? hintsOf(app) : [])]
      : process.remark.flatMap(line => commentLines(line, 2))
    return index === 0 ? lines : ['', ...lines]
  })
}

function isProcess(process: DraftProcess | Remark): process is DraftProcess {
  return 'settings' in process
}

const keyOrder = [
  'path',
  'dockerfile',
  'kind',
  'host',
  'port',
  'architecture',
  'command',
  'readiness',
  'env',
] as const

function linesOfProcess({ name, settings, about, remarks }: DraftProcess): readonly string[] {
  return [
    ...about.flatMap(line => commentLines(line, 2)),
    `  ${scalarText(name)}:`,
    ...keyOrder.flatMap(key =>
      settings[key] === undefined ? [] : [`    ${key}: ${flowText(settings[key])}`],
    ),
    ...remarks.flatMap(line => commentLines(line, 4)),
  ]
}

function hintsOf(app: string): readonly string[] {
  return [
    '# cpu: 256                   # 1024 is one core',
    '# memory: 512                # MiB',
    '# count: 2                   # tasks; or scale: { min: 2, max: 10, cpu: 60 }',
    `# secrets: { DATABASE_URL: "ssm:/${app}/database-url" }`,
    '# strategy: careful          # one of the strategies below',
  ].map(line => `    ${line}`)
}

function routeLines({ routes }: Draft): readonly string[] {
  if (!routes.some(isRoute)) return routes.flatMap(route => (isRoute(route) ? [] : remarkLines(route)))
  return [
    '# Tried in this order; a route to /api/* takes /api too.',
    'routes:',
    ...routes.flatMap(route => (isRoute(route) ? [`  - ${flowText(inOrder(route))}`] : remarkLines(route))),
  ]
}

function isRoute(route: RouteSettings | Remark): route is RouteSettings {
  return 'to' in route
}

function remarkLines({ remark }: Remark): readonly string[] {
  return remark.flatMap(line => commentLines(line, 2))
}

function inOrder({ on, path, to, ...changes }: RouteSettings): RouteSettings {
  return { on, path, to, ...changes }
}

function releaseLines(command: readonly string[]): readonly string[] {
  return ['# Run once with the new image before anything is deployed:', `release: ${flowText({ command })}`]
}

const releaseHint = [
  '# Run once with the new image before anything is deployed:',
  '# release: { command: ["node", "migrate.js"] }',
]

const strategyHint = [
  '# How traffic moves to a new revision, by name:',
  '# strategies:',
  '#   careful: { type: canary, canaryPercent: 10, canaryBakeMinutes: 5 }',
]
