import { dockerfileText } from './dockerfile-text.ts'
import { execForm } from './exec-form.ts'
import { healthCheck } from './health-check.ts'

export type PythonDockerfileOptions = {
  /** `3.13`. */
  readonly version: string
  /** Absent where the app needs no packages. */
  readonly packages?: {
    readonly manager: 'pip' | 'poetry' | 'uv'
    readonly files: readonly string[]
    readonly isLocked: boolean
  }
  /** What serves it, where its own packages don't: with a version. */
  readonly server?: string
  /** Debian's libraries that its packages link. */
  readonly libraries: readonly string[]
  /** Variables that Django's settings want before they can be read. */
  readonly collectsStatic?: { readonly variables: readonly string[] }
  /** Modules are in `src`. */
  readonly isInSrc: boolean
  readonly port?: number
  readonly takesPort: boolean
  readonly healthPath: string
  readonly command: readonly string[]
}

export function pythonDockerfile(options: PythonDockerfileOptions): string {
  const hasPackages = options.packages !== undefined || options.server !== undefined
  return dockerfileText([...(hasPackages ? [buildStage(options)] : []), lastStage(options, { hasPackages })])
}

function buildStage({ version, packages, server }: PythonDockerfileOptions): readonly (string | undefined)[] {
  const pip = '--mount=type=cache,target=/root/.cache/pip'
  return [
    '# The full image has compilers, for packages without a wheel; nothing of this stage but /venv goes on.',
    `FROM python:${version} AS build`,
    'WORKDIR /app',
    packages === undefined || packages.manager === 'pip'
      ? undefined
      : `RUN ${pip} pip install "${tools[packages.manager]}"`,
    'RUN python -m venv /venv',
    'ENV VIRTUAL_ENV=/venv PATH=/venv/bin:$PATH',
    ...(packages === undefined ? [] : install(packages)),
    ...(server === undefined
      ? []
      : [
          '# None of the packages serves it: name this one among them.',
          `RUN ${pip} /venv/bin/python -m pip install "${server}"`,
        ]),
  ]
}

const tools = { poetry: 'poetry>=2,<3', uv: 'uv<1' } as const

function install({
  manager,
  files,
  isLocked,
}: NonNullable<PythonDockerfileOptions['packages']>): readonly string[] {
  const copy = [
    '# Packages before sources: they are installed anew only when these files change.',
    `COPY ${files.join(' ')} ./`,
  ]
  switch (manager) {
    case 'pip':
      return [...copy, 'RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt']
    case 'poetry':
      return [
        ...copy,
        'RUN --mount=type=cache,target=/root/.cache/pypoetry poetry install --only main --no-root --no-interaction',
      ]
    case 'uv':
      return [
        'ENV UV_PROJECT_ENVIRONMENT=/venv UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never',
        ...copy,
        `RUN --mount=type=cache,target=/root/.cache/uv ${isLocked ? 'uv sync --locked --no-dev --no-install-project' : 'uv pip install -r pyproject.toml'}`,
      ]
  }
}

function lastStage(
  options: PythonDockerfileOptions,
  { hasPackages }: { readonly hasPackages: boolean },
): readonly (string | undefined)[] {
  const { version, libraries, collectsStatic, isInSrc, port, takesPort, healthPath, command } = options
  const environment = [
    'PYTHONUNBUFFERED=1',
    'PYTHONDONTWRITEBYTECODE=1',
    ...(isInSrc ? ['PYTHONPATH=/app/src'] : []),
    ...(port !== undefined && takesPort ? [`PORT=${port}`] : []),
  ]
  return [
    `FROM python:${version}-slim`,
    ...(libraries.length === 0
      ? []
      : [
          '# What the packages link when they run.',
          `RUN apt-get update && apt-get install -y --no-install-recommends ${libraries.join(' ')} && rm -rf /var/lib/apt/lists/*`,
        ]),
    '# Unbuffered: a line that is printed is in the logs at once, and none is lost when it dies.',
    `ENV ${environment.join(' ')}`,
    'WORKDIR /app',
    ...(hasPackages ? ['ENV PATH=/venv/bin:$PATH', 'COPY --from=build /venv /venv'] : []),
    'COPY . .',
    ...(collectsStatic === undefined
      ? []
      : [
          '# The settings want these to be there; what is in them is not used.',
          `RUN ${collectsStatic.variables.map(name => `${name}=unused `).join('')}python manage.py collectstatic --noinput`,
        ]),
    '# A number, so that it can be checked that this is not root.',
    'USER 10001:10001',
    ...(port === undefined
      ? []
      : [
          `EXPOSE ${port}`,
          healthCheck({ by: 'python', port, path: healthPath, ...(takesPort && { variable: 'PORT' }) }),
        ]),
    command[0] === 'sh'
      ? '# The shell puts PORT in and steps aside: what serves hears SIGTERM itself.'
      : undefined,
    `CMD ${execForm(command)}`,
  ]
}
