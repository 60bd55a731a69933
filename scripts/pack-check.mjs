// Checks the package as users get it: packs it, lints the tarball, installs it into an empty folder, and runs it there.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

const require = createRequire(import.meta.url)
const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'tapit-pack-'))
const npm = ['--no-audit', '--no-fund', '--loglevel=error']

try {
  const tarball = pack()
  await lint(tarball)
  install(tarball)
  runCommandLine()
  useLibrary()
  useCdkLibrary()
  console.log(`the package is fit: ${Math.round(readFileSync(tarball).length / 1024)} KB packed`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function pack() {
  // Once: `npm pack` would build again, by `prepare`.
  run('npm', ['run', 'build', ...npm], { cwd: root })
  const [{ filename, files }] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder, ...npm], { cwd: root }),
  )
  const paths = files.map(({ path }) => path)
  const strangers = paths.filter(
    path => !/^(dist\/|docs\/|package\.json$|README|LICENSE|CHANGELOG)/.test(path),
  )
  must(strangers.length === 0, `the tarball holds ${strangers.join(', ')}`)
  const natives = paths.filter(path => path.endsWith('.node'))
  must(natives.length === 0, `the tarball holds native modules: ${natives.join(', ')}`)
  return join(folder, filename)
}

async function lint(tarball) {
  const { buffer } = new Uint8Array(readFileSync(tarball))
  const { messages } = await publint({ pack: { tarball: buffer }, strict: true })
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  must(messages.length === 0, messages.map(message => formatMessage(message, manifest)).join('\n'))
  const attw = binOf(require.resolve('@arethetypeswrong/cli/package.json'), 'attw')
  run(process.execPath, [attw, tarball, '--profile', 'esm-only'], { cwd: root })
}

/** Into an empty folder, without the optional peers: whatever the library or the command line needs must come along. */
function install(tarball) {
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  run('npm', ['install', '--prefer-offline', tarball, ...npm])
}

function runCommandLine() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const said = run('npx', ['--no-install', 'tapit', '--version']).trim()
  must(said === version, `tapit --version says ${said}, package.json ${version}`)
  try {
    const { processes } = JSON.parse(
      run('npx', ['--no-install', 'tapit', '--sandbox', 'status', '-o', 'json']),
    )
    must(processes.length === 3, `the sandbox's app has ${processes.length} processes`)
    run('npx', ['--no-install', 'tapit', '--sandbox', 'list', 'deploys', '-o', 'json'])
  } finally {
    run('npx', ['--no-install', 'tapit', 'sandbox', 'stop'])
  }
}

/** It loads, and its types do in a strict project of somebody else's. */
function useLibrary() {
  writeFileSync(
    join(folder, 'use.ts'),
    [
      "import { advance, exitCodes, type Deployment, type Observation } from 'tapit'",
      'export const next = (deployment: Deployment, seen: Observation): Deployment => advance(deployment, seen)',
      '// @ts-expect-error: a deployment is no text, if the types resolve at all',
      "export const wrong = advance('text', 'text')",
      'export const done: 0 = exitCodes.done',
    ].join('\n'),
  )
  typecheck('use.ts')
  const script = "import { advance } from 'tapit'; if (typeof advance !== 'function') process.exit(1)"
  run(process.execPath, ['--input-type=module', '-e', script])
}

/** With the optional peers beside it, which are too large to be installed once more: the stacks of a tapit.yml, and the constructs' types. */
function useCdkLibrary() {
  for (const peer of ['aws-cdk-lib', 'constructs'])
    symlinkSync(join(root, 'node_modules', peer), join(folder, 'node_modules', peer))
  writeFileSync(join(folder, 'tapit.yml'), 'app: hello\nregion: eu-west-1\nprocesses:\n  default:\n')
  run('npx', ['--no-install', 'tapit-cdk'], { env: { CDK_OUTDIR: join(folder, 'cdk.out') } })
  must(existsSync(join(folder, 'cdk.out/hello.template.json')), 'tapit-cdk wrote no template')
  writeFileSync(
    join(folder, 'stack.ts'),
    [
      "import { App, Stack } from 'aws-cdk-lib'",
      "import { TapitApp } from 'tapit/cdk'",
      "const stack = new Stack(new App(), 'hello', { env: { region: 'eu-west-1' } })",
      "export const app = TapitApp.fromFile(stack, 'App', { file: 'tapit.yml' })",
      '// @ts-expect-error: a file is a path, if the types resolve at all',
      "export const wrong = TapitApp.fromFile(stack, 'App', { file: 1 })",
    ].join('\n'),
  )
  typecheck('stack.ts', '--skipLibCheck')
}

function typecheck(file, ...flags) {
  const types = ['--module', 'nodenext', '--target', 'es2023', '--strict', '--noEmit', ...flags]
  run(process.execPath, [binOf(require.resolve('typescript/package.json'), 'tsc'), ...types, file])
}

/** The program of a package, by the path of its package.json. */
function binOf(manifest, command) {
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'))
  return join(dirname(manifest), typeof bin === 'string' ? bin : bin[command])
}

function run(program, argv, { cwd = folder, env: more = {} } = {}) {
  const env = { ...process.env, ...more, TAPIT_SANDBOX_HOME: join(folder, 'sandbox'), AWS_PROFILE: undefined }
  try {
    return execFileSync(program, argv, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    throw new Error(`${program} ${argv.join(' ')} failed:\n${error.stdout ?? ''}${error.stderr ?? ''}`, {
      cause: error,
    })
  }
}

function must(holds, otherwise) {
  if (!holds) throw new Error(otherwise)
}
