import type { Look } from '../look.ts'
import { plainPath } from '../plain-path.ts'
import type { FrontendFramework } from './frontend-framework.ts'
import type { PackageJson } from './package-json.ts'

/** What a build without a server behind it makes. */
export type StaticBuild = {
  /** The folder that it writes. */
  readonly output: string
  readonly isSinglePage: boolean
  readonly hashed?: string
  readonly from: string
}

/** Absent where it needs a server, or nobody knows what it makes. */
export async function staticBuild(
  look: Look,
  { slug, name, output }: FrontendFramework,
  packageJson: PackageJson,
): Promise<StaticBuild | undefined> {
  const has = (wanted: string) =>
    packageJson.dependencies.includes(wanted) || packageJson.devDependencies.includes(wanted)
  switch (slug) {
    case 'nextjs':
      return /output\s*:\s*['"`]export['"`]/.test(await textOfAny(look, configs('next')))
        ? {
            output: 'out',
            isSinglePage: false,
            hashed: '_next/static',
            from: '"output: export" in its configuration',
          }
        : undefined
    case 'nuxtjs':
      return /\bgenerate\b/.test(packageJson.scripts['build'] ?? '')
        ? { output: '.output/public', isSinglePage: false, hashed: '_nuxt', from: '"generate" in its build' }
        : undefined
    case 'sveltekit':
    case 'sveltekit-1':
      return has('@sveltejs/adapter-static')
        ? { output: 'build', isSinglePage: false, hashed: '_app/immutable', from: '@sveltejs/adapter-static' }
        : undefined
    case 'astro':
      return has('@astrojs/node')
        ? undefined
        : {
            output: (await saidIn(look, configs('astro'), 'outDir')) ?? 'dist',
            isSinglePage: false,
            hashed: '_astro',
            from: 'what Astro makes without a server',
          }
    case 'react-router':
      return /\bssr\s*:\s*false/.test(await textOfAny(look, configs('react-router')))
        ? {
            output: 'build/client',
            isSinglePage: true,
            hashed: 'assets',
            from: '"ssr: false" in its configuration',
          }
        : undefined
    case 'vite':
      return {
        output: (await saidIn(look, configs('vite'), 'outDir')) ?? 'dist',
        isSinglePage: true,
        hashed: 'assets',
        from: 'what Vite makes',
      }
    case 'angular':
      return angular(look)
    case 'remix':
    case 'tanstack-start':
    case 'tanstack-start-lovable':
    case 'solidstart':
    case 'solidstart-1':
    case 'nitro':
    case 'hydrogen':
    case 'blitzjs':
    case 'redwoodjs':
      return undefined
    default:
      return output === undefined
        ? undefined
        : {
            output,
            isSinglePage: singlePage.has(slug),
            from: `what ${name} makes`,
            ...(slug === 'create-react-app' && { hashed: 'static' }),
          }
  }
}

const singlePage = new Set([
  'create-react-app',
  'vue',
  'preact',
  'ember',
  'parcel',
  'svelte',
  'ionic-react',
  'ionic-angular',
  'polymer',
  'umijs',
  'dojo',
  'stencil',
])

function configs(name: string): readonly string[] {
  return ['ts', 'js', 'mjs', 'mts', 'cjs'].map(ending => `${name}.config.${ending}`)
}

async function textOfAny(look: Look, files: readonly string[]): Promise<string> {
  for (const file of files) if (await look.has(file)) return (await look.text(file)) ?? ''
  return ''
}

async function saidIn(look: Look, files: readonly string[], key: string): Promise<string | undefined> {
  const said = new RegExp(`\\b${key}\\s*:\\s*['"\`](?<folder>[^'"\`]{1,200})['"\`]`).exec(
    await textOfAny(look, files),
  )
  return plainPath(said?.groups?.['folder'] ?? '..')
}

/** Its build makes a folder with the project's name, and since Angular 17 one in it for browsers. */
async function angular(look: Look): Promise<StaticBuild | undefined> {
  const text = (await look.text('angular.json')) ?? ''
  const project = /"projects"\s*:\s*\{\s*"(?<project>[^"]{1,100})"/.exec(text)?.groups?.['project'] ?? ''
  const said = /"outputPath"\s*:\s*"(?<path>[^"]{1,200})"/.exec(text)?.groups?.['path']
  const folder = plainPath(said ?? `dist/${project}`)
  if (folder === undefined || text.includes('"ssr"')) return undefined
  const isNew = /@angular(?:-devkit\/build-angular:application|\/build:application)/.test(text)
  return { output: isNew ? `${folder}/browser` : folder, isSinglePage: true, from: 'angular.json' }
}
