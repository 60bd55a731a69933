import type { NodePackages } from '../analyze/node/node-packages.ts'
import { dockerfileText } from './dockerfile-text.ts'
import { execForm } from './exec-form.ts'
import { healthCheck } from './health-check.ts'

export type NodeDockerfileOptions = {
  /** Major version of Node; of Bun, where that runs it. */
  readonly version: string
  /** @default 'node' */
  readonly runtime?: 'node' | 'bun'
  /** Absent where it has no packages at all. */
  readonly packages?: NodePackages
  readonly build?: NodeBuild
  /** The build's result is all that is needed: what of it goes where. */
  readonly result?: readonly (readonly [from: string, to: string])[]
  /** Some package is left when those for development are gone. */
  readonly hasModules: boolean
  /** All packages stay, also those that are for development. */
  readonly keepsAll: boolean
  /** Programs of packages are looked for by a shell. */
  readonly needsPath: boolean
  readonly environment: readonly string[]
  readonly port?: number
  readonly takesPort: boolean
  readonly healthPath: string
  readonly command: readonly string[]
}

export type NodeBuild = {
  /** The command of a step; absent where only the packages are installed. */
  readonly run?: string
  /** Folders that it may keep from one build to the next. */
  readonly caches: readonly string[]
  /** What it makes, where that is known. */
  readonly outputs?: readonly string[]
  /** Why the sources must be there before packages are installed. */
  readonly needsSources?: string
  /** A script of package.json that the install would run and must not. */
  readonly withoutScript?: string
}

export function nodeDockerfile(options: NodeDockerfileOptions): string {
  const { packages } = options
  return dockerfileText([
    ...(packages === undefined ? [] : [buildStage(packages, options)]),
    lastStage(options),
  ])
}

/** The first stage: packages, and the build where there is one. */
export function buildStage(
  packages: NodePackages,
  {
    version,
    runtime,
    build,
    keepsAll,
    hasModules,
    result,
  }: Pick<NodeDockerfileOptions, 'version' | 'runtime' | 'build' | 'keepsAll' | 'hasModules' | 'result'>,
): readonly (string | undefined)[] {
  const needsAll = keepsAll || build?.run !== undefined
  // Where nothing of them goes on, there is nothing to make smaller.
  const prunes =
    build?.run !== undefined &&
    !keepsAll &&
    result === undefined &&
    (hasModules || build.outputs === undefined)
  const install = needsAll ? packages.installAll : packages.installProduction
  const cache = `--mount=type=cache,target=${packages.cache}`
  const installing = [
    ...(build?.withoutScript === undefined ? [] : [`npm pkg delete scripts.${build.withoutScript}`]),
    install,
  ].join(' && ')
  return [
    '# The full image has compilers, for packages with native modules; nothing of this stage but its result goes on.',
    // Bun's packages run on Node as well, and its own image has no compilers.
    `FROM node:${runtime === 'bun' ? bunBuilder : version} AS build`,
    'WORKDIR /app',
    packages.environment === undefined ? undefined : `ENV ${packages.environment}`,
    packages.setUp,
    ...(build?.needsSources === undefined
      ? [
          '# Packages before sources: they are installed anew only when these files change.',
          ...copies(packages.files),
        ]
      : [`# All at once: ${build.needsSources}.`, 'COPY . .']),
    build?.withoutScript === undefined
      ? undefined
      : `# Without "${build.withoutScript}", which is for a machine to develop on.`,
    `RUN ${cache} ${installing}`,
    ...(build?.run === undefined
      ? []
      : [
          build.needsSources === undefined ? 'COPY . .' : undefined,
          `RUN ${build.caches.map(folder => `--mount=type=cache,target=/app/${folder} `).join('')}${build.run}`,
        ]),
    ...(prunes ? ['# Only what production needs goes on.', `RUN ${cache} ${packages.prune}`] : []),
  ]
}

/** What builds for Bun: its package manager comes as a package of npm. */
const bunBuilder = '24'

/** Folders are copied one by one: of several at once COPY would mix the contents. */
function copies(files: readonly string[]): readonly string[] {
  const isFolder = (file: string) => file === '.yarn' || file === 'patches'
  return [
    `COPY ${files.filter(file => !isFolder(file)).join(' ')} ./`,
    ...files.filter(isFolder).map(folder => `COPY ${folder} ./${folder}`),
  ]
}

function lastStage(options: NodeDockerfileOptions): readonly (string | undefined)[] {
  const { version, runtime = 'node', environment, port, takesPort, healthPath, command, needsPath } = options
  return [
    `FROM ${runtime === 'bun' ? `oven/bun:${version}-slim` : `node:${version}-slim`}`,
    `ENV ${['NODE_ENV=production', ...environment, ...(port !== undefined && takesPort ? [`PORT=${port}`] : [])].join(' ')}`,
    needsPath ? 'ENV PATH=/app/node_modules/.bin:$PATH' : undefined,
    'WORKDIR /app',
    ...contents(options),
    `# The number of the user "${runtime}", so that it can be checked that this is not root.`,
    'USER 1000:1000',
    ...(port === undefined
      ? []
      : [
          `EXPOSE ${port}`,
          healthCheck({ by: runtime, port, path: healthPath, ...(takesPort && { variable: 'PORT' }) }),
        ]),
    runtime === 'node' && command[0] === 'node'
      ? '# No package manager in front, which would keep SIGTERM to itself.'
      : undefined,
    `CMD ${execForm(command)}`,
  ]
}

function contents({ packages, build, result, hasModules }: NodeDockerfileOptions): readonly string[] {
  if (packages === undefined) return ['COPY . .']
  if (result !== undefined)
    return result.map(([from, to]) => `COPY --from=build --chown=1000:1000 /app/${from} ${to}`)
  if (build?.run !== undefined && build.outputs === undefined)
    return ['# What the build makes is not known, so all of it goes on.', 'COPY --from=build /app ./']
  return [
    ...(hasModules
      ? [
          '# Packages are a layer of their own: it is pushed again only when they change.',
          'COPY --from=build /app/node_modules ./node_modules',
        ]
      : []),
    'COPY . .',
    ...(build?.run === undefined
      ? []
      : (build.outputs ?? []).map(
          output => `COPY --from=build --chown=1000:1000 /app/${output} ./${output}`,
        )),
  ]
}
