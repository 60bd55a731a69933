import type { NodePackages } from '../analyze/node/node-packages.ts'
import { dockerfileText } from './dockerfile-text.ts'
import { execForm } from './exec-form.ts'
import { healthCheck } from './health-check.ts'
import { buildStage, type NodeBuild } from './node-dockerfile.ts'

export type StaticDockerfileOptions = {
  /** Makes the files; absent where they stand in the folder. */
  readonly made?: { readonly version: string; readonly packages: NodePackages; readonly build: NodeBuild }
  /** The folder that is served, from the root. `.` is all of it. */
  readonly folder: string
  /** Every path that is no file is answered with index.html, whose scripts know what to show. */
  readonly isSinglePage: boolean
  /** Files in this folder of it have names that change with their content. */
  readonly hashed?: string
  /** It has a page of its own for what is not there. */
  readonly hasNotFoundPage: boolean
  readonly port: number
}

/** By what nginx's own people make for running without root. Major version 1 has been there since 2011. */
const staticServer = 'nginxinc/nginx-unprivileged:1-alpine'

/** As the image starts it; named here so that it can be told. */
export const staticCommand: readonly string[] = ['nginx', '-g', 'daemon off;']

export function staticDockerfile(options: StaticDockerfileOptions): string {
  const { made, folder, port } = options
  return dockerfileText([
    ...(made === undefined
      ? []
      : [buildStage(made.packages, { ...made, keepsAll: true, hasModules: false })]),
    [
      `FROM ${staticServer}`,
      `ENV PORT=${port}`,
      '# The image puts PORT in when it starts.',
      `COPY <<'EOF' /etc/nginx/templates/default.conf.template`,
      ...server(options),
      'EOF',
      made === undefined
        ? `COPY ${folder} /usr/share/nginx/html`
        : `COPY --from=build /app/${folder} /usr/share/nginx/html`,
      'USER 101:101',
      `EXPOSE ${port}`,
      healthCheck({ by: 'wget', variable: 'PORT', port, path: '/' }),
      '# Answers what has begun before it ends; SIGTERM would cut it off.',
      'STOPSIGNAL SIGQUIT',
      `CMD ${execForm(staticCommand)}`,
    ],
  ])
}

function server({ isSinglePage, hashed, hasNotFoundPage }: StaticDockerfileOptions): readonly string[] {
  return [
    'server {',
    '  listen ${PORT};',
    '  root /usr/share/nginx/html;',
    '  # Behind the load balancer it knows neither the host nor the port that people see.',
    '  absolute_redirect off;',
    '  gzip on;',
    '  gzip_types text/css text/javascript application/javascript application/json image/svg+xml;',
    ...(hashed === undefined
      ? []
      : [
          `  # Their names change with their content.`,
          `  location /${hashed}/ {`,
          '    add_header Cache-Control "public, max-age=31536000, immutable";',
          '  }',
        ]),
    '  location / {',
    ...(isSinglePage
      ? ['    add_header Cache-Control "no-cache";', '    try_files $uri $uri/ /index.html;']
      : ['    try_files $uri $uri/ $uri.html =404;']),
    '  }',
    ...(hasNotFoundPage ? ['  error_page 404 /404.html;'] : []),
    '  # Nothing hidden is for others.',
    '  location ~ /\\.(?!well-known/) {',
    '    return 404;',
    '  }',
    '}',
  ]
}
