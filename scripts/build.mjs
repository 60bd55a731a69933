// Builds dist: the library by tsc (with types), the command line and the sandbox's process by esbuild. Split into chunks, so that a
// command loads only the AWS clients that it uses.
import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const { version } = JSON.parse(readFileSync('package.json', 'utf8'))

rmSync('dist', { recursive: true, force: true })

const tsc = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace(/package\.json$/, 'bin/tsc')
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { stdio: 'inherit' })

await build({
  entryPoints: { 'bin/tapit': 'bin/tapit.ts', 'sandbox/main': 'lib/sandbox/daemon/main.ts' },
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  // The ESM halves of the packages: shaken, an AWS client is half as large.
  mainFields: ['module', 'main'],
  define: { TAPIT_VERSION: JSON.stringify(version) },
  // CommonJS packages ask for `require` and `__dirname` at run time. yargs declares `createRequire` itself, so ours has another name.
  banner: {
    js: "import{createRequire as __cr}from'node:module';import{fileURLToPath as __fu}from'node:url';import{dirname as __dn}from'node:path';const require=__cr(import.meta.url),__filename=__fu(import.meta.url),__dirname=__dn(__filename);",
  },
  plugins: [withoutClassicLevel()],
  logLevel: 'warning',
  legalComments: 'linked',
})
chmodSync('dist/bin/tapit.js', 0o755)

/** dynalite names its on-disk mode's native module at load. The sandbox keeps its tables in memory, and the package holds no natives. */
function withoutClassicLevel() {
  return {
    name: 'without-classic-level',
    setup(builder) {
      builder.onResolve({ filter: /^classic-level$/ }, ({ path }) => ({ path, namespace: 'left-out' }))
      builder.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({
        contents:
          "exports.ClassicLevel = class { constructor() { throw new Error('this build of dynalite is in memory only') } }",
      }))
    },
  }
}
