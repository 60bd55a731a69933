import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where `.ci/run` installs moto, boto3 and the `aws` command on a machine without them; PATH everywhere else. */
const venv = process.env['TAPIT_VENV'] ?? join(homedir(), '.cache', 'tapit', 'venv')

/** A program written in Python: `python3`, `aws`, `moto_server`. */
export function pythonBin(name: string): string {
  const own = join(venv, 'bin', name)
  return existsSync(own) ? own : name
}
