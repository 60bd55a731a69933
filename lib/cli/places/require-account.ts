import type { Ports } from '../../actions/ports.ts'
import type { AppConfig } from '../../config/app-config.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Invocation } from '../command.ts'

/** Refuses credentials of another account than tapit.yml says. The sandbox has an account of its own. */
export async function requireAccount(
  { environment, account, profile }: AppConfig,
  { identity }: Pick<Ports, 'identity'>,
  { global }: Pick<Invocation, 'global'>,
): Promise<void> {
  if (account === undefined || global.sandbox) return
  const caller = await identity.caller()
  if (caller.split(':')[4] === account) return
  throw new Refusal({
    code: 'wrong_account',
    message: `the environment ${environment} is in account ${account}, and the credentials are those of ${caller}.`,
    advice:
      profile === undefined
        ? 'Give the environment a profile in tapit.yml, or name the repository by its URI.'
        : `See whose profile ${profile} is: aws sts get-caller-identity --profile ${profile}`,
  })
}
