import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where a user's sandbox keeps its state: `TAPIT_SANDBOX_HOME`, else the XDG state directory. */
export function sandboxHome(env: Readonly<Record<string, string | undefined>>): string {
  const { TAPIT_SANDBOX_HOME: own = '', XDG_STATE_HOME: state = '' } = env
  if (own !== '') return own
  return join(state === '' ? join(homedir(), '.local', 'state') : state, 'tapit', 'sandbox')
}
