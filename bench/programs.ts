import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Where the build is; another one can be measured by naming it. */
const dist = process.env['TAPIT_BENCH_DIST'] ?? join(root, 'dist')

/** A folder of this run, gone when it ends. */
export const scratch: string = mkdtempSync(join(tmpdir(), 'tapit-bench-'))
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }))

/** The built command line: a copy, so that a build meanwhile does not pull it away. */
export const tapit: string = copyOfBuild()

/** The aws CLI itself: a version manager's shim would cost it time that is not its own. */
export const aws: string | undefined = awsItself()

function copyOfBuild(): string {
  if (!existsSync(join(dist, 'bin/tapit.cjs'))) {
    throw new Error(`there is no ${dist}/bin/tapit.cjs: run \`npm run build\` first`)
  }
  // It says that the build is ESM.
  cpSync(join(root, 'package.json'), join(scratch, 'package.json'))
  for (const each of ['bin', 'chunks', 'sandbox']) {
    cpSync(join(dist, each), join(scratch, 'dist', each), { recursive: true })
  }
  return join(scratch, 'dist/bin/tapit.cjs')
}

function awsItself(): string | undefined {
  const onPath = outputOf('sh', ['-c', 'command -v aws'])
  if (onPath === undefined) return undefined
  const isShim = /[/\\]\.pyenv[/\\]shims[/\\]/.test(onPath)
  return realpathSync((isShim ? outputOf('pyenv', ['which', 'aws']) : undefined) ?? onPath)
}

function outputOf(file: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    // Not installed: whoever needs it says so.
    return undefined
  }
}
