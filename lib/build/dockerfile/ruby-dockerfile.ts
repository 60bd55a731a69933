import type { NodePackages } from '../analyze/node/node-packages.ts'
import { dockerfileText } from './dockerfile-text.ts'
import { execForm } from './exec-form.ts'
import { healthCheck } from './health-check.ts'

export type RubyDockerfileOptions = {
  /** `3.4`. */
  readonly version: string
  readonly hasLock: boolean
  readonly isRails: boolean
  /** Pages' files are made while building. @default false */
  readonly precompiles?: boolean
  /** @default false */
  readonly hasBootsnap?: boolean
  /** Packages of Node that the pages are built with. */
  readonly pages?: NodePackages
  /** Debian's libraries that its gems link. */
  readonly libraries: readonly string[]
  readonly port?: number
  readonly healthPath: string
  readonly command: readonly string[]
}

export function rubyDockerfile(options: RubyDockerfileOptions): string {
  return dockerfileText([buildStage(options), lastStage(options)])
}

function bundlerSettings({ hasLock, isRails }: RubyDockerfileOptions): string {
  return [
    ...(hasLock ? ['BUNDLE_DEPLOYMENT=1'] : []),
    'BUNDLE_WITHOUT=development:test',
    'BUNDLE_PATH=/usr/local/bundle',
    isRails ? 'RAILS_ENV=production' : 'RACK_ENV=production',
  ].join(' ')
}

function buildStage(options: RubyDockerfileOptions): readonly (string | undefined)[] {
  const { version, hasLock, hasBootsnap = false, precompiles = false, pages } = options
  return [
    '# The full image has compilers, for gems with native parts; nothing of this stage but its result goes on.',
    `FROM ruby:${version} AS build`,
    'WORKDIR /app',
    ...(pages === undefined
      ? []
      : [
          '# Node builds the pages; it is not in the last stage.',
          'COPY --from=node:24 /usr/local/bin/ /usr/local/bin/',
          'COPY --from=node:24 /usr/local/lib/node_modules/ /usr/local/lib/node_modules/',
          pages.environment === undefined ? undefined : `ENV ${pages.environment}`,
          pages.setUp,
        ]),
    `ENV ${bundlerSettings(options)}`,
    '# Gems before sources: they are installed anew only when these files change.',
    `COPY Gemfile ${hasLock ? 'Gemfile.lock ' : ''}./`,
    'RUN --mount=type=cache,target=/bundler \\',
    '    BUNDLE_GLOBAL_GEM_CACHE=1 BUNDLE_USER_CACHE=/bundler bundle install --jobs 4 \\',
    '    && rm -rf /usr/local/bundle/cache /usr/local/bundle/ruby/*/cache',
    ...(pages === undefined
      ? []
      : [
          `COPY ${pages.files.filter(file => file !== '.yarn' && file !== 'patches').join(' ')} ./`,
          `RUN --mount=type=cache,target=${pages.cache} ${pages.installAll}`,
        ]),
    'COPY . .',
    hasBootsnap ? 'RUN bundle exec bootsnap precompile --gemfile app/ lib/' : undefined,
    ...(precompiles
      ? [
          '# No secret is needed for this: the real key comes when the app runs.',
          'RUN SECRET_KEY_BASE_DUMMY=1 SECRET_KEY_BASE=unused bundle exec rails assets:precompile',
        ]
      : []),
    pages === undefined ? undefined : 'RUN rm -rf node_modules',
  ]
}

function lastStage(options: RubyDockerfileOptions): readonly (string | undefined)[] {
  const { version, isRails, libraries, port, healthPath, command } = options
  const environment = [
    bundlerSettings(options),
    ...(isRails ? ['RAILS_LOG_TO_STDOUT=1', 'RAILS_SERVE_STATIC_FILES=1'] : []),
    ...(port === undefined ? [] : [`PORT=${port}`]),
  ]
  return [
    `FROM ruby:${version}-slim`,
    ...(libraries.length === 0
      ? []
      : [
          '# What the gems link when they run.',
          `RUN apt-get update && apt-get install -y --no-install-recommends ${libraries.join(' ')} && rm -rf /var/lib/apt/lists/*`,
        ]),
    `ENV ${environment.join(' ')}`,
    'WORKDIR /app',
    '# Gems are a layer of their own: it is pushed again only when they change.',
    'COPY --from=build /usr/local/bundle /usr/local/bundle',
    'COPY --from=build /app ./',
    ...(isRails
      ? [
          '# All that Rails writes is in these.',
          'RUN mkdir -p db log storage tmp && chown -R 10001:10001 db log storage tmp',
        ]
      : []),
    '# A number, so that it can be checked that this is not root.',
    'USER 10001:10001',
    ...(port === undefined
      ? []
      : [`EXPOSE ${port}`, healthCheck({ by: 'ruby', variable: 'PORT', port, path: healthPath })]),
    `CMD ${execForm(command)}`,
  ]
}
