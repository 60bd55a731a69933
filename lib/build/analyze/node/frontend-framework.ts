import type { Look } from '../look.ts'
import { plainPath } from '../plain-path.ts'
import type { PackageJson } from './package-json.ts'

/** A framework that a JavaScript app is made with, by Vercel's own list. */
export type FrontendFramework = {
  readonly name: string
  /** Vercel's name for it: `vite`, `nextjs`. */
  readonly slug: string
  /** The folder that its build writes, where the list knows one. */
  readonly output?: string
}

type Detector = { readonly path?: string; readonly matchContent?: string; readonly matchPackage?: string }

/** The list is 150 KB, so it is loaded only for an app that has packages. */
export async function frontendFramework(
  look: Look,
  packageJson: PackageJson,
): Promise<FrontendFramework | undefined> {
  const { frameworkList } = await import('./vercel-frameworks.ts')
  const found: (typeof frameworkList)[number][] = []
  for (const framework of frameworkList) {
    if (framework.slug === null || framework.runtimeFramework === true || notOfNode.has(framework.slug))
      continue
    const { every = [], some = [] } = framework.detectors ?? {}
    if (every.length + some.length === 0) continue
    if (!(await allMatch(every, { look, packageJson }))) continue
    if (some.length > 0 && !(await anyMatches(some, { look, packageJson }))) continue
    found.push(framework)
  }
  const left = found.filter(
    ({ slug }) => !found.some(({ supersedes }) => supersedes?.includes(slug ?? '') === true),
  )
  // Storybook and the like stand beside the app that they are about.
  const framework = left.find(({ slug }) => !besides.has(slug ?? '')) ?? left[0]
  if (framework === undefined) return undefined
  const { outputDirectory } = framework.settings
  const output =
    'value' in outputDirectory && outputDirectory.value !== null && outputDirectory.value !== 'N/A'
      ? plainPath(outputDirectory.value)
      : undefined
  return { name: framework.name, slug: framework.slug ?? '', ...(output !== undefined && { output }) }
}

/** Of other languages: their own detectors look closer. */
const notOfNode = new Set([
  'container',
  'services',
  'hugo',
  'jekyll',
  'middleman',
  'zola',
  'fastapi',
  'flask',
  'fasthtml',
  'django',
])
const besides = new Set(['storybook', 'vitepress', 'vuepress', 'sanity', 'nitro', 'h3', 'eve', 'xmcp'])

type Seen = { readonly look: Look; readonly packageJson: PackageJson }

async function allMatch(detectors: readonly Detector[], seen: Seen): Promise<boolean> {
  for (const detector of detectors) if (!(await matches(detector, seen))) return false
  return true
}

async function anyMatches(detectors: readonly Detector[], seen: Seen): Promise<boolean> {
  for (const detector of detectors) if (await matches(detector, seen)) return true
  return false
}

async function matches(
  { path, matchContent, matchPackage }: Detector,
  { look, packageJson }: Seen,
): Promise<boolean> {
  const { dependencies, devDependencies } = packageJson
  if (matchPackage !== undefined)
    return dependencies.includes(matchPackage) || devDependencies.includes(matchPackage)
  if (path === undefined) return false
  if (matchContent === undefined) return look.has(path)
  if (path === 'package.json')
    return [...dependencies, ...devDependencies].some(name => isNamed(matchContent, name))
  return (await look.has(path)) && new RegExp(matchContent).test((await look.text(path)) ?? '')
}

/** The list's patterns for package.json take quadratic time on one made for it: the name that they look for is enough. */
function isNamed(pattern: string, name: string): boolean {
  return pattern.endsWith(`"${name.replaceAll('/', '\\/')}":\\s*".+?"[^}]*}`)
}
