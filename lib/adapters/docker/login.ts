import type { Docker } from '../../build/ports.ts'
import type { Clock } from '../../names/clock.ts'
import { Refusal } from '../../names/refusal.ts'
import { failureOf } from './failure-of.ts'
import { masking } from './masking.ts'
import { refuseBrokenDocker } from './refuse-broken-docker.ts'
import { runDocker } from './run-docker.ts'
import type { Variables } from './variables.ts'

/** The password goes through stdin: arguments and variables of a process can be read by others. */
export async function login(
  { registry, username, password }: Parameters<Docker['login']>[0],
  { env, clock }: { readonly env: Variables; readonly clock: Clock },
): Promise<void> {
  const host = registry.replace(/^https?:\/\//, '').replace(/\/+$/, '')
  const { code, stderr } = await runDocker({
    argv: ['login', `--username=${username}`, '--password-stdin', host],
    env,
    clock,
    input: password,
  })
  if (code === 0) return
  const said = masking([password])(stderr)
  refuseBrokenDocker(said)
  const failure = failureOf({ said: said.replace(/^Error response from daemon: /m, ''), reference: host })
  throw new Refusal({
    code: failure.code === 'build_failed' ? 'login_failed' : failure.code,
    message: `docker login at ${host} failed: ${failure.message}`,
    // Of a login that is not accepted it would be: log in.
    ...(failure.code !== 'registry_unauthorized' &&
      failure.advice !== undefined && { advice: failure.advice }),
  })
}
