// Loaded into the process that is measured: writes the most memory that was resident, in KiB, where TAPIT_BENCH_PEAK says.
import { writeFileSync } from 'node:fs'

process.once('exit', () => {
  writeFileSync(process.env['TAPIT_BENCH_PEAK'] ?? '', String(process.resourceUsage().maxRSS))
})
