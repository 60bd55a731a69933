import type { Handler } from '../command.ts'

export const setup: Handler = async (invocation, io) => {
  const { openPorts } = await import('../context.ts')
  const { tableName } = await import('../../names/aws.ts')
  const { setupRecords } = await openPorts(invocation, io)
  const answer = await setupRecords.ensureTable()
  const text =
    answer === 'created'
      ? `created the table "${tableName}" for records, locks and approvals.`
      : `the table "${tableName}" exists and is fit for use.`
  io.stdout.write(
    invocation.global.output === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, table: tableName, [answer]: true }, undefined, 2)}\n`
      : `${text}\n`,
  )
  return 0
}
