import type { Clock } from '../../names/clock.ts'
import type { Refusal } from '../../names/refusal.ts'
import type { RecordsSetup } from '../../records/records.ts'
import type { Ports } from '../ports.ts'
import type { Check, CheckName } from './check.ts'
import { checkApp } from './check-app.ts'
import { checkCaller } from './check-caller.ts'
import { checked, ok } from './check.ts'
import { checkTable } from './check-table.ts'

export type CheckedApp = { readonly app: string; readonly cluster: string; readonly environment?: string }

export type CheckUpMeans = {
  /** The app, or why it cannot be told. */
  readonly app: CheckedApp | Refusal
  readonly ports: Ports
  /** This machine's own, right or wrong. */
  readonly machineClock: Clock
  readonly setupRecords: Pick<RecordsSetup, 'isRecoverable'>
  region(): Promise<string>
}

/** Looks at everything in AWS that a deploy needs, and changes nothing. What needs something that is missing is not looked at. */
export async function checkUp(means: CheckUpMeans): Promise<readonly Check[]> {
  const region = await checked('region', async () => [ok(`AWS is asked in ${await means.region()}.`)])
  if (isBroken(region)) return [...region, ...skipped(['credentials', ...ofAws], 'a region')]
  const caller = await checkCaller(means.ports.identity, means.machineClock)
  if (isBroken(caller.filter(({ name }) => name === 'credentials')))
    return [...region, ...caller, ...skipped(ofAws, 'credentials')]
  const [table, app] = await Promise.all([checkTable(means), checkApp(means)])
  return [...region, ...caller, ...table, ...app]
}

const ofAws = ['clock', 'table', 'app'] as const

function isBroken(checks: readonly Check[]): boolean {
  return checks.some(({ status }) => status === 'error')
}

function skipped(names: readonly CheckName[], needed: string): readonly Check[] {
  return names.map(name => ({ name, status: 'skipped', message: `Not looked at: it needs ${needed}.` }))
}
