import { type AppDeploy, deployGroup } from '../../actions/groups/deploy-group.ts'
import { locateApps } from '../../actions/groups/locate-apps.ts'
import type { DeployRequest } from '../../actions/plan/request.ts'
import { environmentsOfFolder } from '../../config/environments-of-folder.ts'
import { type ExitCode, exitCodes, Refusal } from '../../names/refusal.ts'
import { listed } from '../argv/listed.ts'
import type { Invocation } from '../command.ts'
import { deployRequestOf } from '../deploys/deploy-request-of.ts'
import type { Io } from '../io.ts'
import { leaseSecondsOf } from '../deploys/lease-seconds.ts'
import { namedApps } from '../places/named-apps.ts'
import { openAppAt } from '../places/open-app-at.ts'
import { reportGroup } from './report-group.ts'
import { startWaiting } from '../waiting.ts'
import { typed } from '../wording/typed.ts'

export type AppsDeploy = {
  readonly invocation: Invocation
  /** What no key says. */
  readonly request: Partial<DeployRequest>
}

/** `create deploy apps=…`: one group over several apps, regions and accounts. */
export async function deployToApps({ invocation, request }: AppsDeploy, io: Io): Promise<ExitCode> {
  refuseAppOrEnvironment(invocation)
  const leaseSeconds = leaseSecondsOf(io.env)
  const named = namedApps(listed(invocation.keys['apps'] ?? ''), environmentsOfFolder(io.cwd))
  const waiting = startWaiting(invocation, io)
  try {
    const without = (refused: readonly string[]): string | undefined =>
      commandWithout(refused, { said: named.map(({ said }) => said), invocation })
    const apps = await locateApps(
      await Promise.all(
        named.map(async at => {
          const { ports, observer } = await openAppAt(at, named, { invocation, io })
          const { said, cluster, profile, account } = at
          return {
            said,
            cluster,
            ports,
            observer,
            ...(profile !== undefined && { profile }),
            // The sandbox has an account of its own.
            ...(account !== undefined && !invocation.global.sandbox && { account }),
          }
        }),
      ),
      without,
    )
    const deploys = apps.map((app): AppDeploy => ({
      app,
      request: { ...deployRequestOf(invocation, { app: app.place.app }), ...request },
    }))
    const events = deployGroup(deploys, {
      leaseSeconds,
      dryRun: invocation.flags['dry-run'] === true,
      wait: invocation.flags['wait'] === true,
      patience: waiting.patience,
      signal: waiting.signal,
      without: refused => without(apps.filter(app => refused.includes(app)).map(({ said }) => said)),
    })
    const { exit } = await reportGroup(events, { invocation, io, apps })
    return exitCodes[exit]
  } finally {
    waiting.end()
  }
}

/** `apps=` says the apps in their environments: a second word about them would have to be weighed against it. */
function refuseAppOrEnvironment({ global }: Invocation): void {
  const said = global.app === undefined ? global.environment && '-e' : '-a'
  if (said === undefined) return
  throw new Refusal({
    code: 'keys_exclude_each_other',
    exit: 'usage',
    message: `apps= and ${said} exclude each other: apps= names the apps in their environments itself.`,
    advice: 'tapit create deploy apps=shop-eu,shop-us, or names of environments in tapit.yml',
  })
}

type WithoutOptions = { readonly said: readonly string[]; readonly invocation: Invocation }

/** The same command for the other apps, if there are any. */
function commandWithout(
  refused: readonly string[],
  { said, invocation: { keys } }: WithoutOptions,
): string | undefined {
  const left = said.filter(each => !refused.includes(each))
  if (left.length === 0) return undefined
  const { docker_tag: dockerTag, process } = keys
  return [
    `tapit create deploy apps=${typed(left.join(','))}`,
    ...(dockerTag === undefined ? [] : [`docker_tag=${typed(dockerTag)}`]),
    ...(process === undefined ? [] : [`process=${typed(process)}`]),
  ].join(' ')
}
