// `npm run bench`: what tapit promises about time, calls and memory, measured against the sandbox. docs/performance.md says how.
import { register } from 'tsx/esm/api'

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
register()
const { bench } = await import('./bench.ts')
process.exitCode = await bench(process.argv.slice(2))
