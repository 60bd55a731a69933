import type { Handler } from '../command.ts'
import { openPorts } from '../context.ts'
import { printResult } from '../print-result.ts'
import { tableName } from '../../names/aws.ts'

export const setup: Handler = async (invocation, io) => {
  const { setupRecords } = await openPorts(invocation, io)
  const answer = await setupRecords.ensureTable()
  const sentence =
    answer === 'created'
      ? `created the table "${tableName}" for records, locks and approvals.`
      : `the table "${tableName}" exists and is fit for use.`
  await printResult(
    { invocation, io },
    { document: () => ({ table: tableName, created: answer === 'created' }), text: () => [sentence] },
  )
  return 0
}
