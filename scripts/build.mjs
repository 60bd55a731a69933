// Builds dist: the library by tsc (with types), the command line and the sandbox's process by esbuild. Split into chunks, so that a
// command loads only the AWS clients that it uses.
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const { version } = JSON.parse(readFileSync('package.json', 'utf8'))

rmSync('dist', { recursive: true, force: true })

const tsc = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace(/package\.json$/, 'bin/tsc')
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { stdio: 'inherit' })
chmodSync('dist/cdk/app.js', 0o755)

/** For editors: `# yaml-language-server: $schema=…/dist/tapit.schema.json`. */
const { jsonSchema } = await import('../dist/lib/config/json-schema.js')
writeFileSync('dist/tapit.schema.json', `${JSON.stringify(jsonSchema(), undefined, 2)}\n`)

/**
 * string-width makes its segmenter when it loads, and asks it for any text: 8 ms and 13 ms in every command, since yargs measures a help
 * text that nobody sees. Here it is made when it is first needed, and ASCII is segmented without it.
 */
const lateSegmenter = {
  name: 'late-segmenter',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]string-width[/\\]index\.js$/ }, ({ path }) => {
      const early = 'const segmenter = new Intl.Segmenter();'
      const late = `let made; const segmenter = { segment: text => /^[ -~]*$/.test(text)
        ? [...text].map(segment => ({ segment })) : (made ??= new Intl.Segmenter()).segment(text) };`
      const source = readFileSync(path, 'utf8')
      if (!source.includes(early)) throw new Error(`${path} no longer says "${early}"`)
      return { contents: source.replace(early, late), loader: 'js' }
    })
  },
}

const { outputFiles } = await build({
  entryPoints: { 'bin/run': 'bin/run.ts', 'sandbox/main': 'lib/sandbox/daemon/main.ts' },
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  // Node 20 knows the v flag: written as literals, string-width's tables of emoji are only made when they are asked.
  supported: { 'regexp-set-notation': true },
  // The ESM halves of the packages: shaken, an AWS client is half as large.
  mainFields: ['module', 'main'],
  plugins: [withoutClassicLevel(), lateSegmenter],
  write: false,
  logLevel: 'warning',
  legalComments: 'linked',
})
// CommonJS packages ask for `require` and `__dirname` at run time. Only the files that do get them: making them in each of the fifty that
// a command loads would cost it 10 ms. yargs declares `createRequire` itself, so ours has another name.
const commonJs =
  "import{createRequire as __cr}from'node:module';import{fileURLToPath as __fu}from'node:url';import{dirname as __dn}from'node:path';const require=__cr(import.meta.url),__filename=__fu(import.meta.url),__dirname=__dn(__filename);\n"
for (const { path, text } of outputFiles) {
  const [, hashBang = '', code = ''] = /^(#!.*\n)?(.*)$/s.exec(text) ?? []
  const asks = path.endsWith('.js') && /\b(require|__filename|__dirname)\b/.test(code)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, asks ? hashBang + commonJs + code : text)
}

// The executable itself is CommonJS and loads nothing that it does not need: `tapit --version` is hardly slower than Node itself.
await build({
  entryPoints: ['bin/tapit.ts'],
  outfile: 'dist/bin/tapit.cjs',
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.19',
  define: { TAPIT_VERSION: JSON.stringify(version) },
  plugins: [
    {
      name: 'run-beside',
      setup(builder) {
        builder.onResolve({ filter: /^\.\/run\.ts$/ }, () => ({ path: './run.js', external: true }))
      },
    },
  ],
  logLevel: 'warning',
})
chmodSync('dist/bin/tapit.cjs', 0o755)

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
