import type { AppConfig } from '../app-config.ts'
import { foundationStack, releaseFamily, repositoryName, templateFamily } from '../../names/aws.ts'
import type { Mistake, Path } from '../mistakes/mistake.ts'
import { ownSettings } from '../resolve-app.ts'
import { quote } from '../wording/quote.ts'
import type { View } from './view.ts'

/** The names that the app gets in AWS: allowed there, and each of them once. */
export function checkNames(views: readonly View[]): readonly Mistake[] {
  return [...views.flatMap(view => [...checkCluster(view), ...checkProcesses(view)]), ...checkDistinct(views)]
}

function checkCluster(view: View): readonly Mistake[] {
  const { app, cluster } = view.app
  const path = clusterPath(view)
  if (app === 'tapit' || cluster === foundationStack || cluster === 'tapit')
    return [
      {
        path,
        message: `${quote(path[0] === 'app' ? app : cluster)} is not allowed: tapit's own stack and table have this name. Allowed: any other.`,
      },
    ]
  return isRepositoryName(repositoryName(cluster))
    ? []
    : [{ path, message: `${quote(cluster)} ${notARepository}` }]
}

const notARepository =
  'is not allowed: ECR wants no repository with such a name. Allowed: 2 characters or more, with single hyphens and underscores between letters and digits.'

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
function isRepositoryName(name: string): boolean {
  return name.length >= 2 && /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(name)
}

const logGroups = ['deployments', 'audit']

function checkProcesses({ app }: View): readonly Mistake[] {
  return app.processes.flatMap(({ name, path }): readonly Mistake[] => {
    const place = { path: ['processes', name], on: 'key' } as const
    if (logGroups.includes(name))
      return [
        {
          ...place,
          message: `is not allowed as a name: a log of tapit has it. Allowed: all but ${logGroups.join(', ')}.`,
        },
      ]
    if (name.endsWith('-template'))
      return [
        {
          ...place,
          message:
            'is not allowed as a name: "-template" at the end is tapit\'s own. Allowed: any other ending.',
        },
      ]
    return path !== undefined && !isRepositoryName(repositoryName('app', name))
      ? [{ ...place, message: notARepository }]
      : []
  })
}

/** Environments of one account, as far as the file tells, share its names, and in one region its families. */
function checkDistinct(views: readonly View[]): readonly Mistake[] {
  return views.flatMap((view, index) =>
    views
      .slice(0, index + 1)
      .filter(other => isOneAccount(view.app, other.app))
      .flatMap(other => {
        // In another region too: the deploy role is called after the cluster, and roles are the account's.
        if (other !== view && other.app.cluster === view.app.cluster) return [sameCluster(view, other)]
        return isOnePlace(view.app, other.app) ? sameFamilies(view, other) : []
      }),
  )
}

function sameCluster(view: View, other: View): Mistake {
  const isOwn = (one: View): boolean => ownSettings(one.settings, one.environment)?.cluster !== undefined
  const owner = [view, other].find(isOwn) ?? view
  return {
    path: ['environments', owner.environment, 'cluster'],
    message: `${quote(view.app.cluster)} is the cluster of both ${other.environment} and ${view.environment}, and its roles are called after it, of which an account has one each for all regions. Allowed: a cluster each, or an account each.`,
  }
}

function sameFamilies(view: View, other: View): readonly Mistake[] {
  const taken = new Map(familiesOf(other).map(({ family, process }) => [family, process]))
  const mistakes = familiesOf(view).flatMap(({ family, process }) => {
    const taker = taken.get(family)
    return taker === undefined || (other === view && taker === process)
      ? []
      : [
          {
            path: ['processes', process],
            on: 'key' as const,
            message: `is not allowed as a name: in ${view.environment} its task definitions would be ${quote(family)}, as those of ${taker} in ${other.environment}. Allowed: another name.`,
          },
        ]
  })
  return [...new Map(mistakes.toReversed().map(mistake => [mistake.path.join(), mistake])).values()]
}

function familiesOf({ app }: View): readonly { readonly family: string; readonly process: string }[] {
  return app.processes.flatMap(({ name }) =>
    [releaseFamily(app.cluster, name), templateFamily(app.cluster, name)].map(family => ({
      family,
      process: name,
    })),
  )
}

function isOnePlace(one: AppConfig, other: AppConfig): boolean {
  return isOneAccount(one, other) && mayBeSame(one.region, other.region)
}

function isOneAccount(one: AppConfig, other: AppConfig): boolean {
  return mayBeSame(one.account, other.account)
}

function mayBeSame(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other
}

function clusterPath({ settings, environment }: View): Path {
  const isOwn = ownSettings(settings, environment)?.cluster !== undefined
  return isOwn ? ['environments', environment, 'cluster'] : ['app']
}
