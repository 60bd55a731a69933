import module from 'node:module'
import { systemClock } from '../lib/adapters/system-clock.ts'
import { main } from '../lib/cli/main.ts'
import { processIo } from '../lib/cli/process-io.ts'

/** Runs the command line in this process. */
export async function run(argv: readonly string[], version: string): Promise<void> {
  // The AWS SDK would write to stderr that Node 20 is about to be dropped, each time, to people who cannot act on it.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
  // Not there before Node 22.1.
  if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function')
    module.enableCompileCache()
  // Not process.exit(): what is written to a pipe may still be on its way.
  process.exitCode = await main(argv, processIo({ version, clock: systemClock }))
}
