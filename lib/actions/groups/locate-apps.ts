import { Refusal } from '../../names/refusal.ts'
import type { Observer } from '../observe/observer.ts'
import type { Ports } from '../ports.ts'
import type { GroupApp } from './group-app.ts'
import { isSameApp, type PlacedApp } from './is-same-app.ts'
import { labelOfApp } from './label-of-app.ts'
import { refusalOf } from './refusal-of.ts'
import { refuseDeploys } from './refuse-deploys.ts'
import type { RefusedApp } from './refuse-together.ts'

/** An app that somebody named, and what it is seen through. */
export type NamedApp = {
  /** As it was named. */
  readonly said: string
  readonly cluster: string
  /** Where tapit.yml says which account it is in. */
  readonly account?: string
  readonly profile?: string
  readonly ports: Ports
  readonly observer: Observer
}

export type LocatedApp = GroupApp & { readonly said: string }

/** Finds out where each of the apps is, all at once; refuses where one cannot be reached, is not there, or was named twice. */
export async function locateApps(
  named: readonly NamedApp[],
  without: (refused: readonly string[]) => string | undefined,
): Promise<readonly LocatedApp[]> {
  const found = await Promise.all(
    named.map(async app => {
      try {
        return { is: 'found', app, place: await placeOf(app) } as const
      } catch (error) {
        return { is: 'refused', label: app.said, error: refusalOf(error) } as const
      }
    }),
  )
  const refused = found.flatMap((each): RefusedApp[] => (each.is === 'refused' ? [each] : []))
  if (refused.length > 0) {
    throw refuseDeploys(refused, {
      isAmongOthers: named.length > 1,
      without: without(refused.map(({ label }) => label)),
    })
  }
  const located = found.flatMap(each => (each.is === 'found' ? [each] : []))
  refuseTwice(located)
  const places = located.map(({ place }) => place)
  return located.map(({ app: { said, ports, observer }, place }) => ({
    said,
    ports,
    observer,
    place,
    label: labelOfApp(place, places),
  }))
}

/** The ARN of its cluster says where it is. */
async function placeOf({ cluster: name, said, account, profile, ports }: NamedApp): Promise<PlacedApp> {
  const cluster = await ports.ecs.cluster(name)
  if (cluster === undefined)
    throw new Refusal({
      code: 'unknown_app',
      message: `there is no app (ECS cluster) "${name}" there.`,
      advice: `Check apps=${said}, and AWS_PROFILE and AWS_REGION; aws ecs list-clusters shows what is there.`,
    })
  const [, , , region = '', own = ''] = cluster.arn.split(':')
  if (account !== undefined && own !== account)
    throw new Refusal({
      code: 'wrong_account',
      message: `tapit.yml says that it is in account ${account}, and the credentials are those of ${await ports.identity.caller()}.`,
      advice:
        profile === undefined
          ? 'Give its environment a profile in tapit.yml.'
          : `See whose profile ${profile} is: aws sts get-caller-identity --profile ${profile}`,
    })
  return { app: name, region, account: own }
}

function refuseTwice(located: readonly { readonly app: NamedApp; readonly place: PlacedApp }[]): void {
  for (const [index, { app, place }] of located.entries()) {
    const other = located.slice(0, index).find(each => isSameApp(each.place, place))
    if (other === undefined) continue
    throw new Refusal({
      code: 'app_named_twice',
      exit: 'usage',
      message: `${other.app.said} and ${app.said} are the same app: ${place.app} in ${place.region} (account ${place.account}).`,
      advice: 'Name it once.',
    })
  }
}
