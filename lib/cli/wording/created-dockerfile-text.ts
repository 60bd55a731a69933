import type { DetectedApp } from '../../build/analysis.ts'
import type { View } from '../report/view.ts'
import { printable } from '../text/printable.ts'
import { wrap } from '../text/wrap.ts'

export type ToldDockerfile = {
  /** The folder, from the one that people are in. */
  readonly path: string
  /** The folder, from the one that `tapit image build` builds where nothing is said. */
  readonly processPath: string
  readonly app: DetectedApp
  readonly files: readonly string[]
  /** Nothing was written. */
  readonly isDry: boolean
}

/** What `tapit create dockerfile` saw, what it made of that, and what is next. */
export function createdDockerfileText(
  { path, processPath, app, files, isDry }: ToldDockerfile,
  view: View,
): readonly string[] {
  const names = files.map(file => (path === '.' ? file : `${path}/${file}`)).join(' and ')
  return [
    `${isDry ? 'would write' : 'wrote'} ${printable(names)} for ${titleOf(app)}, because of:`,
    ...items(app.reasons, view),
    ...(app.warnings.length === 0 ? [] : ['', 'worth knowing:', ...items(app.warnings, view)]),
    ...(isDry ? [] : ['', 'next:', ...steps(app, processPath)]),
  ]
}

const runtimes: Readonly<Record<string, string>> = {
  node: 'Node',
  bun: 'Bun',
  python: 'Python',
  go: 'Go',
  ruby: 'Ruby',
  java: 'Java',
  static: 'nginx',
}

/** `Next.js on Node 24`. */
function titleOf({ runtime, version, framework }: DetectedApp): string {
  const on = `${runtimes[runtime] ?? runtime} ${version}`
  return printable(framework === undefined ? on : `${framework} on ${on}`)
}

function items(sentences: readonly string[], view: View): readonly string[] {
  return sentences.map(sentence =>
    wrap(printable(`- ${sentence}`), { columns: view.columns, indent: 2, hanging: 4 }),
  )
}

/** What a process has in tapit.yml where it says no port. */
const usualPort = 8080

function steps({ port }: DetectedApp, path: string): readonly string[] {
  return [
    ...(path === '.' ? [] : [printable(`  path: ${path} in tapit.yml, for the process that runs it`)]),
    ...(port === undefined ? ['  kind: worker in tapit.yml: it serves nothing'] : []),
    ...(port === undefined || port === usualPort
      ? []
      : [`  port: ${port} in tapit.yml, where the process has none yet`]),
    '  tapit image build',
  ]
}
