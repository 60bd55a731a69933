#!/usr/bin/env node
import { readFileSync, writeSync } from 'node:fs'
import module from 'node:module'

/** Put in by the build (esbuild's `define`); not there when the sources run. */
declare const TAPIT_VERSION: string | undefined

const argv = process.argv.slice(2)
const stdoutDescriptor = 1
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`tapit: Node.js 20.19 or later is needed, this is ${process.versions.node}.\n`)
  process.exitCode = 2
} else if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-v')) {
  // Answered before anything is loaded, even what makes `process.stdout`: scripts ask for it often.
  writeSync(stdoutDescriptor, `${version()}\n`)
} else {
  // The AWS SDK would write to stderr that Node 20 is about to be dropped, each time, to people who cannot act on it.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
  // Not there before Node 22.1.
  if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function')
    module.enableCompileCache()
  const [{ main }, { processIo }, { systemClock }] = await Promise.all([
    import('../lib/cli/main.ts'),
    import('../lib/cli/process-io.ts'),
    import('../lib/adapters/system-clock.ts'),
  ])
  // Not process.exit(): what is written to a pipe may still be on its way.
  process.exitCode = await main(argv, processIo({ version: version(), clock: systemClock }))
}

function version(): string {
  return typeof TAPIT_VERSION === 'string' ? TAPIT_VERSION : versionOfSources()
}

function versionOfSources(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest
  return isManifest ? String(manifest.version) : 'unknown'
}
