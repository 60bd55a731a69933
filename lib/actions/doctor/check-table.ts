import { tableName } from '../../names/aws.ts'
import { Refusal } from '../../names/refusal.ts'
import { Trouble } from '../trouble.ts'
import { type Check, checked, ok } from './check.ts'
import type { CheckUpMeans } from './check-up.ts'

/** Whether the records can be read, and had back if they are lost. */
export async function checkTable({ app, ports, setupRecords }: CheckUpMeans): Promise<readonly Check[]> {
  return checked('table', async () => {
    const name = app instanceof Refusal ? tableName : app.cluster
    await ports.records.pointers(name)
    const isRecoverable = await unlessDenied(() => setupRecords.isRecoverable())
    if (isRecoverable === undefined)
      return [ok(`The table "${tableName}" can be read; whether it is backed up is not yours to see.`)]
    if (isRecoverable) return [ok(`The table "${tableName}" can be read, and be had back from any moment.`)]
    return [
      {
        status: 'warning',
        message: `The table "${tableName}" can be read, but point-in-time recovery is off: what is lost is lost.`,
        advice: 'tapit setup',
      },
    ]
  })
}

/** Whoever deploys need not see this. */
async function unlessDenied(ask: () => Promise<boolean>): Promise<boolean | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof Trouble && error.kind === 'denied') return undefined
    throw error
  }
}
