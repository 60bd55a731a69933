import { isRecord } from '../is-record.ts'
import { SandboxError } from './sandbox-error.ts'

/** Where a home's sandbox is: said when it is new, kept with its state, whose ARNs name it. */
export type Place = {
  readonly region: string
  readonly account: string
}

const defaults: Place = { region: 'us-east-1', account: '123456789012' }

/** What was asked for, which is where it is already; else where it is; else as every new one. */
export function placeOf(wanted: Partial<Place>, saved?: Partial<Place>): Place {
  return {
    region: saved?.region ?? wanted.region ?? defaults.region,
    account: saved?.account ?? wanted.account ?? defaults.account,
  }
}

/** What the user's environment asks for. */
export function wantedPlace(env: Readonly<Record<string, string | undefined>>): Partial<Place> {
  const { TAPIT_SANDBOX_REGION: region = '', TAPIT_SANDBOX_ACCOUNT: account = '' } = env
  if (region !== '' && !/^[a-z]{2}(?:-[a-z]+)+-\d+$/.test(region))
    throw new SandboxError(`TAPIT_SANDBOX_REGION must be a region such as eu-west-1; got '${region}'`)
  if (account !== '' && !/^\d{12}$/.test(account))
    throw new SandboxError(
      `TAPIT_SANDBOX_ACCOUNT must be the 12 digits of an account, such as 111122223333; got '${account}'`,
    )
  return { ...(region !== '' && { region }), ...(account !== '' && { account }) }
}

/** What a sandbox holds is called after its place: it cannot move. */
export function refuseElsewhere(
  wanted: Partial<Place>,
  { home, ...present }: Partial<Place> & { readonly home: string },
): void {
  const parts = [
    ['TAPIT_SANDBOX_REGION', wanted.region, present.region],
    ['TAPIT_SANDBOX_ACCOUNT', wanted.account, present.account],
  ] as const
  for (const [variable, asked, is] of parts) {
    if (asked === undefined || is === undefined || asked === is) continue
    throw new SandboxError(
      `${variable} is ${asked}, and the sandbox in ${home} is in ${is}, where it stays. ` +
        `Unset ${variable}, or name another folder in TAPIT_SANDBOX_HOME; ` +
        `to have it there anew, and forget all that is in it: tapit sandbox stop, then tapit sandbox reset`,
    )
  }
}

/** Undefined for what an older version saved, and for what nobody saved. */
export function placeIn(value: unknown): Place | undefined {
  if (!isRecord(value)) return undefined
  const { region, account } = value
  return typeof region === 'string' && typeof account === 'string' ? { region, account } : undefined
}
