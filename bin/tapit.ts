#!/usr/bin/env node
import { writeSync } from 'node:fs'

/** Put in by the build (esbuild's `define`); not there when the sources run. */
declare const TAPIT_VERSION: string | undefined

const argv = process.argv.slice(2)
const version = typeof TAPIT_VERSION === 'string' ? TAPIT_VERSION : '0.0.0-source'
const stdoutDescriptor = 1
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`tapit: Node.js 20.19 or later is needed, this is ${process.versions.node}.\n`)
  process.exitCode = 2
} else if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-v')) {
  // Answered before anything is loaded, even what makes `process.stdout`: scripts ask for it often. The build makes this file
  // CommonJS, since Node starts its loader of modules only for the others.
  writeSync(stdoutDescriptor, `${version}\n`)
} else {
  void import('./run.ts').then(({ run }) => run(argv, version))
}
