import type { Mistake } from '../mistakes/mistake.ts'
import { quote } from '../wording/quote.ts'
import { sectionIn, type View } from './view.ts'

/** A load balancer takes certificates of its own region and account. */
export function checkDomain(view: View): readonly Mistake[] {
  const { domain, region, account } = view.app
  if (domain === undefined) return []
  const [, , , itsRegion = '', itsAccount = ''] = domain.certificate.split(':')
  const path = [...sectionIn(view, 'domain'), 'certificate']
  const where = (what: string, wanted: string): Mistake => ({
    path,
    message: `${quote(domain.certificate)} is not allowed in ${view.environment}: it is in ${what}. Allowed: one in ${wanted}; an environment can have a domain of its own.`,
  })
  return [
    ...(region !== undefined && region !== itsRegion ? [where(itsRegion, region)] : []),
    ...(account !== undefined && account !== itsAccount
      ? [where(`the account ${itsAccount}`, `the account ${account}`)]
      : []),
  ]
}

/** tapit makes the records of a hosted zone: each name belongs to one environment. */
export function checkRecords(views: readonly View[]): readonly Mistake[] {
  const zoned = views.flatMap(view =>
    view.app.domain?.zone === undefined
      ? []
      : view.app.processes.flatMap(({ hosts }) =>
          hosts.map(host => ({ view, record: `${host} in ${view.app.domain?.zone}`, host })),
        ),
  )
  return zoned.flatMap(({ view, record, host }, index) => {
    const other = zoned.slice(0, index).find(one => one.record === record && one.view !== view)
    return other === undefined
      ? []
      : [
          {
            path: ['environments', view.environment],
            on: 'key' as const,
            message: `${quote(host)} is a host of ${other.view.environment} already. Allowed: a host or a domain of its own.`,
          },
        ]
  })
}
