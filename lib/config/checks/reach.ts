import { defaultProcess } from '../../names/aws.ts'
import type { Mistake } from '../mistakes/mistake.ts'
import { quote } from '../wording/quote.ts'
import { placeIn, type View } from './view.ts'

/** How requests come to each process in an environment: routes and hosts. */
export function checkReach(view: View): readonly Mistake[] {
  return [...checkEnds(view), ...checkApis(view), ...checkHosts(view)]
}

function checkEnds({ settings: { routes = [] }, app }: View): readonly Mistake[] {
  const kinds = new Map(app.processes.map(({ name, kind }) => [name, kind]))
  const named = (...allowed: readonly string[]): string =>
    app.processes
      .filter(({ kind }) => allowed.includes(kind))
      .map(({ name }) => name)
      .join(', ') || 'nothing'
  return routes.flatMap(({ on, to }, index) => {
    const [onKind, toKind] = [kinds.get(on), kinds.get(to)]
    return [
      ...(onKind !== undefined && onKind !== 'web'
        ? [
            {
              path: ['routes', index, 'on'],
              message: `${quote(on)} is not allowed: requests arrive at processes of kind web, and it is of kind ${onKind}. Allowed: ${named('web')}.`,
            },
          ]
        : []),
      ...(toKind === 'worker'
        ? [
            {
              path: ['routes', index, 'to'],
              message: `${quote(to)} is not allowed: a worker answers no requests; give it kind: api and a port. Allowed: ${named('web', 'api')}.`,
            },
          ]
        : []),
    ]
  })
}

function checkApis(view: View): readonly Mistake[] {
  return view.app.processes
    .filter(({ name, kind }) => kind === 'api' && !view.app.rules.some(({ process }) => process === name))
    .map(({ name }) => ({
      path: placeIn(view, name, 'kind'),
      message: `nothing can reach this api. Give it a route: routes: [ { on: default, path: "/${name}/*", to: ${name} } ], or kind: web and a host.`,
    }))
}

function checkHosts(view: View): readonly Mistake[] {
  const webs = view.app.processes.filter(({ kind }) => kind === 'web')
  return webs.flatMap(({ name, hosts }, index) => {
    if (hosts.length === 0 && name !== defaultProcess && webs.length > 1)
      return [
        {
          path: placeIn(view, name, 'kind', 'port'),
          message: webs.some(web => web.name === defaultProcess)
            ? `a web process besides ${defaultProcess} needs a host of its own. Give it a host, or the app a domain; or kind: api and a route.`
            : `one of several web processes answers where no host is named, and it is called ${defaultProcess}. Call one of them ${defaultProcess}, and give the others a host, or kind: api and a route.`,
        },
      ]
    const other = webs.slice(0, index).find(one => one.hosts.some(host => hosts.includes(host)))
    return other === undefined
      ? []
      : [
          {
            path: placeIn(view, name, 'host'),
            message: `${quote(hosts.join(', '))} is the host of ${other.name} already. Allowed: a host of its own.`,
          },
        ]
  })
}
