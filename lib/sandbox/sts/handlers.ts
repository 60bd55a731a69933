import type { StsHandlers } from '../wire/handlers.ts'
import type { World } from '../world.ts'
import { callerOfKey } from './sandbox-callers.ts'

/** AWS STS: everybody is in a role, by default in the sandbox's one. */
export function stsHandlers({ account }: World): StsHandlers {
  return {
    GetCallerIdentity: (_input, { accessKeyId }) => {
      const { role, session } = callerOfKey(accessKeyId)
      return {
        Account: account,
        UserId: `${roleIdOf(role)}:${session}`,
        Arn: `arn:aws:sts::${account}:assumed-role/${role}/${session}`,
      }
    },
  }
}

/** `AROA` and 17 letters or digits, the same for each role at all times. */
function roleIdOf(role: string): string {
  return `AROA${role.toUpperCase().padEnd(17, 'SANDBOX123').slice(0, 17)}`
}
