import { runDaemon } from './run-daemon.ts'
import { settingsOf } from './settings.ts'

// The sandbox's process, started by `startSandbox`; its output is the log file in its home.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'
runDaemon(settingsOf(process.argv.slice(2)), { clock: { now: () => Date.now() } }).catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
