import { isObject } from '../../../names/is-object.ts'
import type { Look } from '../look.ts'

/** Who installs the packages of a Python app, and which ones it names. */
export type PythonDependencies = {
  readonly manager: 'pip' | 'poetry' | 'uv'
  /** What an install reads. */
  readonly files: readonly string[]
  readonly isLocked: boolean
  /** The packages that it names itself, as PyPI writes names: lower case, with dashes. */
  readonly names: ReadonlySet<string>
  /** The range of Python versions that it asks for. */
  readonly python?: { readonly range: string; readonly from: string }
  /** What says who installs them. */
  readonly from: string
  /** The file that names them. */
  readonly namedIn: 'requirements.txt' | 'pyproject.toml'
  readonly warnings: readonly string[]
}

type Project = {
  readonly names: readonly string[]
  readonly range?: string
  readonly isPoetry: boolean
  readonly hasProject: boolean
}

/** Absent where no file names packages. */
export async function pythonDependencies(
  look: Look,
): Promise<PythonDependencies | { readonly stuck: string } | undefined> {
  const text = await look.text('pyproject.toml')
  const project = text === undefined ? undefined : await projectOf(text)
  if (text !== undefined && project === undefined && !(await look.has('requirements.txt')))
    return { stuck: 'pyproject.toml is no TOML that can be understood' }
  const range = project?.range
  const shared = { ...(range !== undefined && { python: { range, from: 'pyproject.toml' } }) }

  if (project !== undefined && (await look.has('uv.lock')))
    return {
      ...shared,
      manager: 'uv',
      files: ['pyproject.toml', 'uv.lock'],
      isLocked: true,
      names: new Set(project.names),
      from: 'uv.lock',
      namedIn: 'pyproject.toml',
      warnings: [],
    }
  if (project?.isPoetry === true || (project !== undefined && (await look.has('poetry.lock')))) {
    const isLocked = await look.has('poetry.lock')
    return {
      ...shared,
      manager: 'poetry',
      files: ['pyproject.toml', ...(isLocked ? ['poetry.lock'] : [])],
      isLocked,
      names: new Set(project?.names ?? []),
      from: isLocked ? 'poetry.lock' : '[tool.poetry] in pyproject.toml',
      namedIn: 'pyproject.toml',
      warnings: isLocked ? [] : [unlocked('poetry lock')],
    }
  }
  if (await look.has('requirements.txt')) return { ...shared, ...(await ofRequirements(look)) }
  if (project?.hasProject === true)
    return {
      ...shared,
      manager: 'uv',
      files: ['pyproject.toml'],
      isLocked: false,
      names: new Set(project.names),
      from: '[project] in pyproject.toml',
      namedIn: 'pyproject.toml',
      warnings: [unlocked('uv lock')],
    }
  if (await look.has('Pipfile'))
    return { stuck: 'Pipfile is not supported: `pipenv requirements > requirements.txt` writes what is' }
  return undefined
}

function unlocked(command: string): string {
  return `there is no lockfile: two builds of one commit can get different packages; \`${command}\` writes one`
}

async function ofRequirements(look: Look): Promise<Omit<PythonDependencies, 'python'>> {
  const text = (await look.text('requirements.txt')) ?? ''
  // Other files that this one names, as `-r base.txt` or `-c constraints.txt`.
  const others = [
    ...text.matchAll(/^[ \t]*(?:-[rc]|--requirement|--constraint)[ =]?\s*(?<file>[\w.-]{1,100})\s*$/gm),
  ].map(({ groups }) => groups?.['file'] ?? '')
  const files = ['requirements.txt']
  for (const file of new Set(others)) if (await look.has(file)) files.push(file)
  const texts = await Promise.all(files.map(file => look.text(file)))
  const isPinned = text
    .split(/\r\n|\n|\r/)
    .filter(line => /^[A-Za-z]/.test(line))
    .every(line => /==|@/.test(line))
  const namesFolders = /^[ \t]*(?:-e\s+)?\.{1,2}\/|^[ \t]*-[rc]\s*\S*\//m.test(text)
  return {
    manager: 'pip',
    files,
    isLocked: isPinned,
    names: new Set(texts.flatMap(each => requirementNames(each ?? ''))),
    from: 'requirements.txt',
    namedIn: 'requirements.txt',
    warnings: [
      ...(isPinned
        ? []
        : [
            'requirements.txt does not pin every version: two builds of one commit can get different packages',
          ]),
      ...(namesFolders
        ? [
            'requirements.txt names folders, which are not there when packages are installed: change that in the Dockerfile',
          ]
        : []),
    ],
  }
}

function requirementNames(text: string): readonly string[] {
  return text.split(/\r\n|\n|\r/).flatMap(line => nameIn(line))
}

/** Of `Django[argon2]>=5.0 ; python_version > "3.9"` the name; extras can bring what serves. */
function nameIn(requirement: string): readonly string[] {
  const { name, extras = '' } =
    /^\s*(?<name>[A-Za-z0-9][\w.-]{0,100})\s*(?:\[(?<extras>[\w., -]{0,200})\])?/.exec(requirement)?.groups ??
    {}
  if (name === undefined) return []
  const normal = normalized(name)
  return [
    normal,
    ...extras
      .split(',')
      .flatMap(extra => (extra.trim() === '' ? [] : [`${normal}[${normalized(extra.trim())}]`])),
  ]
}

function normalized(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-')
}

async function projectOf(text: string): Promise<Project | undefined> {
  const { parse } = await import('smol-toml')
  try {
    const content: unknown = parse(text)
    const project = tableIn(content, 'project')
    const poetry = tableIn(tableIn(content, 'tool'), 'poetry')
    const ofPoetry = tableIn(poetry, 'dependencies') ?? {}
    const requirements: unknown = project?.['dependencies']
    const range = project?.['requires-python'] ?? ofPoetry['python']
    return {
      names: [
        ...(Array.isArray(requirements)
          ? requirements.flatMap(each => (typeof each === 'string' ? nameIn(each) : []))
          : []),
        ...Object.entries(ofPoetry).flatMap(([name, value]) => [normalized(name), ...extrasOf(name, value)]),
      ],
      isPoetry: poetry !== undefined && tableIn(poetry, 'dependencies') !== undefined,
      hasProject: project !== undefined,
      ...(typeof range === 'string' && { range }),
    }
  } catch {
    return undefined
  }
}

function extrasOf(name: string, value: unknown): readonly string[] {
  const extras = isObject(value) ? value['extras'] : undefined
  return Array.isArray(extras)
    ? extras.flatMap(extra =>
        typeof extra === 'string' ? [`${normalized(name)}[${normalized(extra)}]`] : [],
      )
    : []
}

function tableIn(value: unknown, key: string): Readonly<Record<string, unknown>> | undefined {
  const found = isObject(value) ? value[key] : undefined
  return isObject(found) ? found : undefined
}
