import { commandWords } from '../../command-words.ts'
import type { PackageJson } from './package-json.ts'

/** How a line of a script or Procfile is run without a package manager in front of it. */
export type StartCommand = {
  readonly words: readonly string[]
  /** The line without managers, runners and variables. */
  readonly line: string
  /** The port that the line itself says. */
  readonly port?: number
  /** It goes through `sh`, which looks for programs in node_modules/.bin. */
  readonly needsShell: boolean
  /** It serves to develop with, not to run. */
  readonly isForDevelopment: boolean
  /** A package that it starts and that is not for production by package.json. */
  readonly developmentPackage?: string
  readonly warnings: readonly string[]
}

/** A package manager as process 1 would keep ECS's SIGTERM to itself: what it would have started is started itself. */
export function startCommand(line: string, packageJson: PackageJson): StartCommand {
  const resolved = resolve(line, packageJson, new Set())
  const { variables, rest } = withoutVariables(resolved)
  const isWatched = /^(?:nodemon|node-dev)\s+(?=[\w./-]+$)/.test(rest)
  const plain = isWatched ? rest.replace(/^\S+/, 'node') : rest
  const direct = commandWords(plain)
  const needsShell = direct[0] === 'sh'
  const command = needsShell ? shell(plain) : ofModules(direct)
  const port = portOf(`${variables.join(' ')} ${rest}`)
  const developmentPackage = packageBehind(plain, packageJson)
  return {
    line: plain,
    words: [...environment(variables), ...command],
    needsShell,
    isForDevelopment: forDevelopment.test(plain),
    warnings: [
      ...(isWatched ? [`${rest.split(' ')[0] ?? ''} is for development: the image starts it with node`] : []),
      ...(needsShell && !/(?:^|&& )exec /.test(command.at(-1) ?? '')
        ? [
            'the start command needs a shell, which keeps SIGTERM to itself: the app is killed when ECS stops it',
          ]
        : []),
    ],
    ...(port !== undefined && { port }),
    ...(developmentPackage !== undefined && { developmentPackage }),
  }
}

const variable = /^(?<name>[A-Za-z_]\w*)=(?<value>[\w./:@%+,=-]*)(?:\s+|$)/

/** Follows `npm run x` to what x is, and takes away what only finds a program: `npx`, `cross-env`. */
function resolve(line: string, packageJson: PackageJson, seen: Set<string>): string {
  const trimmed = line.trim()
  const { script } =
    /^(?:npm|pnpm|yarn|bun)\s+(?:run(?:-script)?\s+)?(?<script>[\w:.-]+)$/.exec(trimmed)?.groups ??
    /^node\s+--run[ =](?<script>[\w:.-]+)$/.exec(trimmed)?.groups ??
    {}
  const next = script === undefined ? undefined : packageJson.scripts[script]
  if (script !== undefined && next !== undefined && !seen.has(script))
    return resolve(next, packageJson, seen.add(script))
  return trimmed.replace(/^(?:npx|bunx|pnpm exec|yarn exec|npm exec --)\s+(?=[\w@])/, '')
}

function withoutVariables(line: string): { readonly variables: readonly string[]; readonly rest: string } {
  const variables: string[] = []
  let rest = line.replace(/^(?:cross-env|env)\s+(?=\w+=)/, '')
  for (let found = variable.exec(rest); found !== null; found = variable.exec(rest)) {
    variables.push(found[0].trim())
    rest = rest.slice(found[0].length)
  }
  return { variables, rest }
}

/** The image says itself that it is for production; its port must be one that tapit.yml can change. */
function environment(variables: readonly string[]): readonly string[] {
  const others = variables.filter(entry => entry !== 'NODE_ENV=production' && !entry.startsWith('PORT='))
  return others.length === 0 ? [] : ['env', ...others]
}

const ofTheImage = new Set(['node', 'bun', 'sh', 'bash', 'env', 'exec', 'npm', 'npx', 'python', 'python3'])

/** A program of a package lies in node_modules/.bin; its first line hands over to node, so that no other process stands between. */
function ofModules([program = '', ...words]: readonly string[]): readonly string[] {
  const isPackaged = /^[\w-]+$/.test(program) && !ofTheImage.has(program)
  return [isPackaged ? `node_modules/.bin/${program}` : program, ...words]
}

/** In `a && b` the shell may step aside for the last one. */
function shell(line: string): readonly string[] {
  const parts = line.split(/\s*&&\s*/)
  const lastPart = parts.at(-1) ?? ''
  return endsAsOne(line) && parts.length > 1
    ? ['sh', '-c', [...parts.slice(0, -1), `exec ${lastPart.replace(/^exec\s+/, '')}`].join(' && ')]
    : commandWords(line)
}

function endsAsOne(line: string): boolean {
  return !/[;|\n()`<>"']|(?<!&)&(?!&)/.test(line) && !variable.test(line.split('&&').at(-1)?.trim() ?? '')
}

const forDevelopment =
  /^(?:vite(?:\s+(?:dev|serve|preview)|\s+-|$)|next dev|nuxt (?:dev|preview)|nuxi (?:dev|preview)|astro (?:dev|preview|start)|react-scripts start|craco start|ng serve|webpack(?:-dev-server|\s+serve)|vue-cli-service serve|gatsby (?:develop|serve)|parcel(?:\s+serve|\s+[\w./-]+\.html)|serve(?:\s|$)|http-server|live-server|sirv|eleventy|docusaurus (?:start|serve)|vitepress|vuepress|storybook|start-storybook|ember s|preact watch|nodemon\s.*\s-|ts-node-dev|tsx watch|node --watch|concurrently)/

function portOf(line: string): number | undefined {
  const { port } = /(?:(?:^|\s)(?:-p|--port)[ =]|(?:^|\s)PORT=)(?<port>\d{2,5})\b/.exec(line)?.groups ?? {}
  return port === undefined ? undefined : Number(port)
}

/** Programs whose package has another name. */
const packages: Readonly<Record<string, string>> = {
  nest: '@nestjs/cli',
  'remix-serve': '@remix-run/serve',
  'react-router-serve': '@react-router/serve',
  medusa: '@medusajs/cli',
}

function packageBehind(line: string, { dependencies, devDependencies }: PackageJson): string | undefined {
  const [program = '', ...words] = line.split(/\s+/)
  const loaded = words.flatMap((word, index) =>
    /^(?:-r|--require|--import|--loader)$/.test(word)
      ? [words[index + 1] ?? '']
      : [/^--(?:import|require|loader)=(.+)$/.exec(word)?.[1] ?? ''],
  )
  return [program, ...loaded]
    .map(name => packages[name] ?? /^(?:@[\w.-]+\/)?[\w.-]+/.exec(name)?.[0] ?? '')
    .find(name => devDependencies.includes(name) && !dependencies.includes(name))
}
