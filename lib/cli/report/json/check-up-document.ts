import type { Check } from '../../../actions/doctor/check.ts'
import { type Document, schemaVersion } from './document.ts'
import { present } from './present.ts'

export type CheckUpResult = {
  /** The app in its environment, where it can be told. */
  readonly app?: string
  readonly checks: readonly Check[]
}

/** What `doctor` answers under `-o json`. */
export function checkUpDocument({ app, checks }: CheckUpResult): Document {
  return present({
    schemaVersion,
    scope: 'app',
    app,
    isHealthy: checks.every(({ status }) => status !== 'error'),
    checks: checks.map(({ name, process, status, message, advice }) =>
      present({ name, process, status, message, advice }),
    ),
  })
}
