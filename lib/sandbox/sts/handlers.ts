import type { StsHandlers } from '../wire/handlers.ts'
import type { World } from '../world.ts'

/** AWS STS: everybody is the sandbox's one role. */
export function stsHandlers({ account }: World): StsHandlers {
  return {
    GetCallerIdentity: () => ({
      Account: account,
      UserId: 'AROASANDBOXSANDBOX123:tapit',
      Arn: `arn:aws:sts::${account}:assumed-role/sandbox/tapit`,
    }),
  }
}
