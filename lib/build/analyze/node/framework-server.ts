import type { Look } from '../look.ts'
import type { FrontendFramework } from './frontend-framework.ts'
import type { PackageJson } from './package-json.ts'

/** How the server that a framework builds is run. */
export type FrameworkServer = {
  readonly command: readonly string[]
  readonly port: number
  /** What its build writes and the server needs. */
  readonly outputs: readonly string[]
  /** All that the server needs is in there: no packages, no sources. */
  readonly result?: readonly (readonly [from: string, to: string])[]
  /** It may keep this from one build to the next. */
  readonly caches: readonly string[]
  readonly environment: readonly string[]
  /** What builds it, where package.json has no script for that. */
  readonly build: string
  readonly reason?: string
  readonly warnings: readonly string[]
}

const plain = { caches: [], environment: [], warnings: [] }

/** Absent where the framework has none of its own: then package.json says what starts. */
export async function frameworkServer(
  look: Look,
  { slug }: FrontendFramework,
  packageJson: PackageJson,
): Promise<FrameworkServer | { readonly stuck: string } | undefined> {
  const has = (name: string) =>
    packageJson.dependencies.includes(name) || packageJson.devDependencies.includes(name)
  switch (slug) {
    case 'nextjs':
      return next(look)
    case 'nuxtjs':
      return {
        ...plain,
        command: ['node', '.output/server/index.mjs'],
        port: 3000,
        outputs: ['.output'],
        result: [['.output', './.output']],
        build: 'node_modules/.bin/nuxt build',
      }
    case 'sveltekit':
    case 'sveltekit-1':
      return has('@sveltejs/adapter-node')
        ? {
            ...plain,
            command: ['node', 'build'],
            port: 3000,
            outputs: ['build'],
            build: 'node_modules/.bin/vite build',
          }
        : {
            stuck:
              'SvelteKit makes no server that runs in a container: use @sveltejs/adapter-node, or @sveltejs/adapter-static, in svelte.config.js',
          }
    case 'astro':
      return has('@astrojs/node')
        ? {
            ...plain,
            command: ['node', 'dist/server/entry.mjs'],
            port: 4321,
            outputs: ['dist'],
            // It listens on localhost alone unless told.
            environment: ['HOST=0.0.0.0'],
            build: 'node_modules/.bin/astro build',
          }
        : undefined
    case 'remix':
      return has('@remix-run/serve')
        ? {
            ...plain,
            command: ['node_modules/.bin/remix-serve', 'build/server/index.js'],
            port: 3000,
            outputs: ['build'],
            build: 'node_modules/.bin/remix vite:build',
          }
        : undefined
    case 'react-router':
      return has('@react-router/serve')
        ? {
            ...plain,
            command: ['node_modules/.bin/react-router-serve', 'build/server/index.js'],
            port: 3000,
            outputs: ['build'],
            build: 'node_modules/.bin/react-router build',
          }
        : undefined
    case 'solidstart-1':
    case 'tanstack-start':
    case 'tanstack-start-lovable':
    case 'nitro':
      return {
        ...plain,
        command: ['node', '.output/server/index.mjs'],
        port: 3000,
        outputs: ['.output'],
        result: [['.output', './.output']],
        build: 'node_modules/.bin/vite build',
      }
    default:
      return undefined
  }
}

async function next(look: Look): Promise<FrameworkServer> {
  const config = await nextConfig(look)
  const isStandalone = /output\s*:\s*['"`]standalone['"`]/.test(config.text)
  const shared = {
    port: 3000,
    caches: ['.next/cache'],
    outputs: ['.next'],
    build: 'node_modules/.bin/next build',
  }
  if (isStandalone)
    return {
      ...shared,
      command: ['node', 'server.js'],
      // Its server takes the host from HOSTNAME, where the container's name stands.
      environment: ['NEXT_TELEMETRY_DISABLED=1', 'HOSTNAME=0.0.0.0'],
      result: [
        ['.next/standalone', './'],
        ['.next/static', './.next/static'],
        ...((await look.hasFolder('public')) ? ([['public', './public']] as const) : []),
      ],
      reason: `standalone server: ${config.file}`,
      warnings: [],
    }
  return {
    ...shared,
    command: ['node_modules/.bin/next', 'start'],
    environment: ['NEXT_TELEMETRY_DISABLED=1'],
    warnings: [
      'output: "standalone" in the configuration of Next.js makes the image several times smaller: only the packages that the server uses are in it',
    ],
  }
}

async function nextConfig(look: Look): Promise<{ readonly file: string; readonly text: string }> {
  for (const ending of ['ts', 'mjs', 'js', 'cjs']) {
    const file = `next.config.${ending}`
    if (await look.has(file)) return { file, text: (await look.text(file)) ?? '' }
  }
  return { file: '', text: '' }
}
