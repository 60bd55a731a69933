import type { PromotionEnd } from './promotion.ts'

/** As it works from any folder; a cluster with a name of its own is known by tapit.yml, as whose environment it was named. */
export function tapitIn({ name, app, environment }: PromotionEnd): string {
  return environment === undefined ? `tapit -e ${name}` : `tapit -a ${app} -e ${environment}`
}
