import { dockerfileText } from './dockerfile-text.ts'
import { execForm } from './exec-form.ts'
import { healthCheck } from './health-check.ts'

export type GoDockerfileOptions = {
  /** `1.25`. */
  readonly version: string
  /** The package that is built: `.`, `./cmd/server`. */
  readonly main: string
  readonly hasSums: boolean
  /** The packages that it needs stand in `vendor`. */
  readonly isVendored: boolean
  readonly needsC: boolean
  /** What it reads when it runs. */
  readonly folders: readonly string[]
  readonly port?: number
  readonly takesPort: boolean
  readonly healthPath: string
}

export function goDockerfile(options: GoDockerfileOptions): string {
  return dockerfileText([buildStage(options), lastStage(options)])
}

function buildStage({
  version,
  main,
  hasSums,
  isVendored,
  needsC,
}: GoDockerfileOptions): readonly (string | undefined)[] {
  const modules = '--mount=type=cache,target=/go/pkg/mod'
  return [
    `FROM golang:${version} AS build`,
    'WORKDIR /src',
    ...(isVendored
      ? []
      : [
          '# Modules before sources: they are downloaded anew only when these files change.',
          `COPY go.mod ${hasSums ? 'go.sum ' : ''}./`,
          `RUN ${modules} go mod download`,
        ]),
    'COPY . .',
    needsC ? undefined : '# Without C it needs no library of any image; time zones come with it.',
    `RUN ${isVendored ? '' : `${modules} `}--mount=type=cache,target=/root/.cache/go-build \\`,
    `    CGO_ENABLED=${needsC ? 1 : 0} go build -trimpath -tags timetzdata -ldflags="-s -w" -o /out/app ${main}`,
  ]
}

function lastStage({
  needsC,
  folders,
  port,
  takesPort,
  healthPath,
}: GoDockerfileOptions): readonly (string | undefined)[] {
  return [
    needsC ? undefined : '# Small, and with a shell: ECS Exec and the health check need one.',
    needsC ? 'FROM debian:13-slim' : 'FROM alpine:3',
    needsC
      ? 'RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*'
      : undefined,
    'WORKDIR /app',
    ...folders.map(folder => `COPY ${folder} ./${folder}`),
    'COPY --from=build /out/app ./app',
    port !== undefined && takesPort ? `ENV PORT=${port}` : undefined,
    '# A number, so that it can be checked that this is not root.',
    'USER 10001:10001',
    ...(port === undefined
      ? []
      : [
          `EXPOSE ${port}`,
          healthCheck({
            by: needsC ? 'bash' : 'wget',
            port,
            path: healthPath,
            ...(takesPort && { variable: 'PORT' }),
          }),
        ]),
    `CMD ${execForm(['/app/app'])}`,
  ]
}
