import type { Source } from '../look.ts'

/** Where an application object is: `shop.main:app`. */
export type PythonEntry = {
  /** Dots between the names of packages. */
  readonly module: string
  readonly name: string
  /** The name is that of a function that makes it. */
  readonly isFactory: boolean
  /** The file that says so. */
  readonly file: string
  /** Modules are looked for in here, below the folder. */
  readonly root: '.' | 'src'
}

/** The usual names first, then whatever is nearest. */
const usualFiles = ['main', 'app', 'wsgi', 'asgi', 'server', 'api', 'application', 'run', '__init__']

/** Finds `app = FastAPI(…)`, or a function that makes one. `made` is the name of the class. */
export function pythonEntry(sources: readonly Source[], made: 'FastAPI' | 'Flask'): PythonEntry | undefined {
  const object = new RegExp(
    `^(?<name>[A-Za-z_]\\w{0,60})\\s*(?::\\s*[\\w.]{1,60}\\s*)?=\\s*(?:\\w{1,60}\\.)?${made}\\(`,
    'm',
  )
  // An app that comes out of a function is named where that is called: app = create_app().
  const called =
    /^(?<name>app|application|api|server)\s*(?::\s*[\w.]{1,60}\s*)?=\s*(?:create|make|build|get)_?app\w*\(/m
  const factory = /^def\s+(?<name>(?:create|make|build)_?app\w{0,40})\s*\(/m
  const ordered = sources.toSorted((one, other) => rank(one.path) - rank(other.path))
  const makes = ordered.filter(({ text }) => new RegExp(`\\b${made}\\(`).test(text))
  if (makes.length === 0) return undefined
  return (
    first(ordered, object, { isFactory: false }) ??
    first(ordered, called, { isFactory: false }) ??
    first(makes, factory, { isFactory: true })
  )
}

/** The module of a file: `src/shop/main.py` is shop.main in src. Absent where its name is none that Python could import. */
export function moduleOf(path: string): Pick<PythonEntry, 'module' | 'root'> | undefined {
  const root = path.startsWith('src/') ? 'src' : '.'
  const parts = path
    .replace(/^src\//, '')
    .replace(/\.py$/, '')
    .replace(/(?:^|\/)__init__$/, '')
    .split('/')
  return parts.every(part => /^[A-Za-z_]\w{0,60}$/.test(part)) ? { module: parts.join('.'), root } : undefined
}

function first(
  sources: readonly Source[],
  pattern: RegExp,
  { isFactory }: Pick<PythonEntry, 'isFactory'>,
): PythonEntry | undefined {
  for (const { path, text } of sources) {
    const name = pattern.exec(text)?.groups?.['name']
    const module = name === undefined ? undefined : moduleOf(path)
    if (name !== undefined && module !== undefined) return { ...module, name, isFactory, file: path }
  }
  return undefined
}

function rank(path: string): number {
  const file = path.slice(path.lastIndexOf('/') + 1).replace(/\.py$/, '')
  const place = usualFiles.indexOf(file)
  return path.split('/').length * 100 + (place === -1 ? usualFiles.length : place)
}
