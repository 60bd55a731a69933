import { commandWords } from '../../command-words.ts'
import { rubyDockerfile } from '../../dockerfile/ruby-dockerfile.ts'
import { chosenPort } from '../chosen-port.ts'
import type { Finding } from '../finding.ts'
import type { Look } from '../look.ts'
import { type NodePackages, nodePackages } from '../node/node-packages.ts'
import { packageJson } from '../node/package-json.ts'
import { procfileStart } from '../procfile-start.ts'
import { quoted } from '../quoted.ts'
import { toolVersion } from '../tool-version.ts'

/** Fixes until March 2028. */
const usual = '3.4'
const oldest = '3.3'

/** Rails, or anything with a config.ru, by Bundler. */
export async function rubyApp(look: Look): Promise<Finding | undefined> {
  if (!(await look.has('Gemfile'))) return undefined
  const gemfile = (await look.text('Gemfile')) ?? ''
  const lock = (await look.text('Gemfile.lock')) ?? ''
  const has = (gem: string) =>
    new RegExp(`^ {4,6}${gem} \\(`, 'm').test(lock) ||
    new RegExp(`^[ \\t]*gem\\s*\\(?\\s*['"]${gem}['"]`, 'm').test(gemfile)
  const isRails = (await look.has('config/application.rb')) && (has('rails') || has('railties'))
  const start = await startOf(look, { isRails, hasPuma: has('puma') })
  if (start === undefined)
    return { is: 'stuck', why: 'Gemfile is there, but neither a Rails app, a config.ru nor a Procfile' }
  const version = await versionOf(look, gemfile, lock)
  const port = chosenPort(look, {
    isServer: start.isServer,
    takesPort: true,
    usual: isRails ? 3000 : 9292,
    of: isRails ? 'Rails' : 'Rack',
  })
  const pages = isRails ? await pagesOf(look) : undefined
  const hasLock = await look.has('Gemfile.lock')
  const routes = (await look.text('config/routes.rb')) ?? ''
  const framework = isRails ? 'Rails' : has('sinatra') ? 'Sinatra' : undefined
  return {
    is: 'found',
    runtime: 'ruby',
    version: version.version,
    ...(framework !== undefined && { framework }),
    packageManager: 'bundler',
    command: start.command,
    ...(port.port !== undefined && { port: port.port }),
    reasons: [
      version.reason,
      `bundler: ${hasLock ? 'Gemfile.lock' : 'Gemfile'}`,
      ...(framework === undefined ? [] : [`${framework}: ${isRails ? 'config/application.rb' : 'Gemfile'}`]),
      ...(pages === undefined ? [] : [`its pages need Node: package.json, ${pages.name}`]),
      `start: ${start.from}`,
      port.reason,
    ],
    warnings: [
      ...version.warnings,
      ...(hasLock ? [] : ['there is no Gemfile.lock: two builds of one commit can get different gems']),
      ...(lock === '' || /^ {2}(?:ruby|x86_64-linux(?:-gnu)?|aarch64-linux(?:-gnu)?)$/m.test(lock)
        ? []
        : ['Gemfile.lock has no platform of Linux: `bundle lock --add-platform x86_64-linux aarch64-linux`']),
      ...(isRails
        ? [
            'Rails needs SECRET_KEY_BASE, or RAILS_MASTER_KEY, when it runs: secrets in tapit.yml',
            'migrations do not run by themselves: release.command: ["bin/rails", "db:migrate"] in tapit.yml',
          ]
        : []),
    ],
    ignored: ['log/*', 'tmp/*', 'storage/*', 'vendor/bundle', '.bundle', '**/node_modules', 'public/assets'],
    dockerfile: rubyDockerfile({
      version: version.version,
      hasLock,
      isRails,
      // Rails 7.1 and later need no real key to build pages.
      ...(isRails && (has('sprockets-rails') || has('propshaft')) && { precompiles: true }),
      ...(isRails && has('bootsnap') && { hasBootsnap: true }),
      ...(pages !== undefined && { pages }),
      libraries: libraries.filter(([gem]) => has(gem)).map(([, library]) => library),
      ...(port.port !== undefined && { port: port.port }),
      healthPath: routes.includes('rails/health#show') ? '/up' : '/',
      command: start.command,
    }),
  }
}

type Start = { readonly command: readonly string[]; readonly isServer: boolean; readonly from: string }

async function startOf(
  look: Look,
  { isRails, hasPuma }: { readonly isRails: boolean; readonly hasPuma: boolean },
): Promise<Start | undefined> {
  const procfile = await procfileStart(look)
  if (procfile !== undefined && /^(?:bundle|bin\/|ruby|puma|rails|rackup|unicorn)/.test(procfile.line))
    return {
      command: /\$/.test(procfile.line)
        ? ['sh', '-c', `exec ${procfile.line.replace(/^exec\s+/, '')}`]
        : commandWords(procfile.line),
      isServer: procfile.isWeb,
      from: `${procfile.from}, ${quoted(procfile.line)}`,
    }
  if (isRails && hasPuma && (await look.has('config/puma.rb')))
    return {
      command: ['bundle', 'exec', 'puma', '-C', 'config/puma.rb'],
      isServer: true,
      from: 'config/puma.rb',
    }
  if (isRails)
    return {
      command: ['bundle', 'exec', 'rails', 'server', '-b', '0.0.0.0'],
      isServer: true,
      from: 'config/application.rb',
    }
  if (!(await look.has('config.ru'))) return undefined
  const options = (await look.has('config/puma.rb')) ? ['-C', 'config/puma.rb'] : []
  return hasPuma
    ? { command: ['bundle', 'exec', 'puma', ...options], isServer: true, from: 'config.ru, by Puma' }
    : {
        command: ['sh', '-c', 'exec bundle exec rackup --host 0.0.0.0 --port "$PORT"'],
        isServer: true,
        from: 'config.ru, by rackup',
      }
}

async function versionOf(
  look: Look,
  gemfile: string,
  lock: string,
): Promise<{ readonly version: string; readonly reason: string; readonly warnings: readonly string[] }> {
  const named = await toolVersion(look, { files: ['.ruby-version'], tools: ['ruby'] })
  const clues: readonly (readonly [string | undefined, string])[] = [
    [minorIn(/^(?:ruby-)?(?<version>\d+\.\d+)/, named?.version ?? ''), named?.from ?? ''],
    [minorIn(/^[ \t]*ruby\s*\(?\s*['"][~>=\s]*(?<version>\d+\.\d+)/m, gemfile), 'Gemfile'],
    [minorIn(/^RUBY VERSION\s+ruby (?<version>\d+\.\d+)/m, lock), 'Gemfile.lock'],
  ]
  const [version, from] = clues.find(([found]) => found !== undefined) ?? []
  if (version === undefined)
    return { version: usual, reason: `Ruby ${usual}: nothing says another`, warnings: [] }
  return {
    version,
    reason: `Ruby ${version}: ${from ?? ''}`,
    warnings:
      Number(version) < Number(oldest)
        ? [`Ruby ${version} gets no security fixes any more: Ruby ${usual} does until March 2028`]
        : [],
  }
}

function minorIn(pattern: RegExp, text: string): string | undefined {
  const version = pattern.exec(text)?.groups?.['version']
  return version !== undefined && /^[2-9]\.\d{1,2}$/.test(version) ? version : undefined
}

/** Pages that are built with Node, where Rails' own tools do not suffice. */
async function pagesOf(look: Look): Promise<NodePackages | undefined> {
  const content = packageJson((await look.text('package.json')) ?? '')
  if (content === undefined) return undefined
  const packages = await nodePackages(look, content)
  return 'unknown' in packages ? undefined : packages
}

/** Gems that link a library of Debian's when they run. */
const libraries: readonly (readonly [gem: string, library: string])[] = [
  ['pg', 'libpq5'],
  ['mysql2', 'libmariadb3'],
  ['ruby-vips', 'libvips42'],
  ['rmagick', 'imagemagick'],
]
