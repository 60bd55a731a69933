import type { Look } from '../look.ts'
import { quoted } from '../quoted.ts'
import type { PackageJson } from './package-json.ts'

/** Who installs the packages of an app, and how. All texts are ours but for the version, which is digits and dots. */
export type NodePackages = {
  readonly name: 'npm' | 'pnpm' | 'yarn' | 'bun'
  readonly reason: string
  readonly warnings: readonly string[]
  /** Files and folders that an install reads. */
  readonly files: readonly string[]
  /** The instruction that makes it available where the image has no such version. */
  readonly setUp?: string
  readonly environment?: string
  /** Where it keeps what it downloads. */
  readonly cache: string
  readonly installAll: string
  readonly installProduction: string
  /** Takes away what only the build needed. */
  readonly prune: string
  /** A script of package.json. */
  readonly run: (script: string) => string
}

type Manager = Pick<NodePackages, 'name'> & {
  readonly version?: string
  readonly from: string
  readonly hasLock: boolean
}

export async function nodePackages(
  look: Look,
  { packageManager, dependencies, devDependencies }: PackageJson,
): Promise<NodePackages | { readonly unknown: string }> {
  const { LOCKS } = await import('package-manager-detector/constants')
  const { normalizeAgentVersion, resolveAgent } = await import('package-manager-detector/detect')
  const locks: string[] = []
  for (const lock of Object.keys(LOCKS))
    if (lock !== 'pnpm-workspace.yaml' && (await look.has(lock))) locks.push(lock)

  const [field = '', tail] = (packageManager ?? '').split('@')
  const named = AGENT_NAMES.find(name => name === field)
  const version =
    named && exactVersion(resolveAgent(named, normalizeAgentVersion(tail)) && normalizeAgentVersion(tail))
  const lock = locks.find(name => LOCKS[name] === named) ?? (named === undefined ? locks[0] : undefined)
  const ofLock = lock === undefined ? undefined : LOCKS[lock]
  const name = named ?? (ofLock === undefined ? 'npm' : AGENT_NAMES.find(known => known === ofLock))
  if (name === undefined)
    return { unknown: `${lock ?? ''} belongs to ${ofLock ?? ''}, which tapit has no Dockerfile for` }

  const others = locks.filter(other => LOCKS[other] !== name)
  const from =
    named === undefined ? (lock ?? 'no lockfile names another') : '"packageManager" in package.json'
  const manager: Manager = {
    name,
    from,
    hasLock: lock !== undefined,
    ...(version !== undefined && { version }),
  }
  const files = await filesOf(look, lock)
  return {
    ...(await commandsOf(look, manager, lock)),
    name,
    reason: `${name}${version === undefined ? '' : ` ${version}`}: ${from}`,
    files,
    warnings: [
      ...(packageManager !== undefined && named === undefined
        ? [`"packageManager" in package.json is ${quoted(packageManager)}, which was not understood`]
        : []),
      ...(lock === undefined && dependencies.length + devDependencies.length > 0
        ? ['there is no lockfile: two builds of one commit can get different packages']
        : []),
      ...(others.length > 0
        ? [`${others.join(' and ')} ${others.length > 1 ? 'are' : 'is'} there too, and not used`]
        : []),
      ...(await tokenWarning(look)),
    ],
  }
}

const AGENT_NAMES = ['npm', 'pnpm', 'yarn', 'bun'] as const

function exactVersion(version: string | undefined): string | undefined {
  return version !== undefined && /^\d{1,4}(?:\.\d{1,4}){0,2}$/.test(version) ? version : undefined
}

const settings = ['.npmrc', '.yarnrc', '.yarnrc.yml', 'pnpm-workspace.yaml', '.pnpmfile.cjs', 'bunfig.toml']
const folders = ['.yarn', 'patches']

async function filesOf(look: Look, lock: string | undefined): Promise<readonly string[]> {
  const files = ['package.json', ...(lock === undefined ? [] : [lock])]
  for (const file of settings) if (await look.has(file)) files.push(file)
  for (const folder of folders) if (await look.hasFolder(folder)) files.push(folder)
  return files
}

type Commands = Omit<NodePackages, 'name' | 'reason' | 'warnings' | 'files'>

async function commandsOf(look: Look, manager: Manager, lock: string | undefined): Promise<Commands> {
  switch (manager.name) {
    case 'npm':
      return npm(manager)
    case 'pnpm':
      return pnpm(manager, lock === undefined ? '' : ((await look.text(lock)) ?? ''))
    case 'yarn':
      return (await isModernYarn(look, manager)) ? modernYarn(manager) : classicYarn(manager)
    case 'bun':
      return bun(manager)
  }
}

function npm({ hasLock }: Manager): Commands {
  const install = hasLock ? 'npm ci' : 'npm install'
  return {
    cache: '/root/.npm',
    installAll: install,
    installProduction: `${install} --omit=dev`,
    prune: 'npm prune --omit=dev',
    run: script => `npm run ${script}`,
  }
}

function pnpm({ hasLock, version }: Manager, lock: string): Commands {
  const install = `pnpm install${hasLock ? ' --frozen-lockfile' : ''}`
  return {
    setUp: `RUN npm install --global pnpm@${version ?? pnpmOf(lock)}`,
    environment: 'PNPM_HOME=/pnpm',
    cache: '/pnpm/store',
    installAll: install,
    installProduction: `${install} --prod`,
    // Without CI it asks whether it may.
    prune: 'CI=true pnpm prune --prod',
    run: script => `pnpm run ${script}`,
  }
}

/** The format of a lockfile says which versions can read it. */
function pnpmOf(lock: string): string {
  const format = /^lockfileVersion:\s*['"]?(?<format>\d+)/m.exec(lock.slice(0, 1000))?.groups?.['format']
  return format === '5' ? '7' : format === '6' ? '8' : '10'
}

async function isModernYarn(look: Look, { version }: Manager): Promise<boolean> {
  if (version !== undefined) return !/^[01](?:\.|$)/.test(version)
  return (await look.has('.yarnrc.yml')) || /^__metadata:/m.test((await look.text('yarn.lock')) ?? '')
}

function classicYarn({ hasLock, version }: Manager): Commands {
  const install = `yarn install${hasLock ? ' --frozen-lockfile' : ''}`
  return {
    setUp: `RUN npm install --global --force yarn@${version ?? '1'}`,
    environment: 'YARN_CACHE_FOLDER=/yarn',
    cache: '/yarn',
    installAll: install,
    installProduction: `${install} --production`,
    prune: `${install} --production --ignore-scripts --prefer-offline`,
    run: script => `yarn run ${script}`,
  }
}

function modernYarn({ hasLock, version }: Manager): Commands {
  const isKnown = version !== undefined && version !== '' && Number(version.split('.')[0]) >= 2
  return {
    setUp: `RUN npm install --global --force @yarnpkg/cli-dist@${isKnown ? version : '4'}`,
    // node_modules, since Plug'n'Play would need Yarn itself when the app runs.
    environment: 'YARN_NODE_LINKER=node-modules YARN_GLOBAL_FOLDER=/yarn YARN_ENABLE_TELEMETRY=0',
    cache: '/yarn',
    installAll: `yarn install${hasLock ? ' --immutable' : ''}`,
    installProduction: 'yarn workspaces focus --all --production',
    prune: 'yarn workspaces focus --all --production',
    run: script => `yarn run ${script}`,
  }
}

function bun({ hasLock, version }: Manager): Commands {
  const install = `bun install${hasLock ? ' --frozen-lockfile' : ''}`
  return {
    // Its package of npm needs a script to be installed, which npm may not run.
    setUp: `COPY --from=oven/bun:${version ?? '1'} /usr/local/bin/bun /usr/local/bin/bun`,
    cache: '/root/.bun/install/cache',
    installAll: install,
    installProduction: `${install} --production`,
    prune: `rm -rf node_modules && ${install} --production`,
    run: script => `bun run ${script}`,
  }
}

/** A variable in its place would be empty in the build; a token that stands there would be in the image. */
async function tokenWarning(look: Look): Promise<readonly string[]> {
  return /_auth(?:Token)?\s*=|_password\s*=/.test((await look.text('.npmrc')) ?? '')
    ? [
        '.npmrc has a token or takes one from a variable: give it to the build as a secret (build.secrets in tapit.yml) and mount it where the packages are installed',
      ]
    : []
}
