import type { Traffic } from '../../deployment/state.ts'
import { restOf } from './rest-of.ts'

/** `10 % of the production traffic (was 0 %), old 90 %` */
export function weightsText({ production }: Traffic, before?: Traffic): string {
  const was = before === undefined || before.production === production ? '' : ` (was ${before.production} %)`
  return `${production} % of the production traffic${was}, old ${restOf(production)} %`
}
