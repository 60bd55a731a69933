import { type Survey, survey } from '../../actions/services/survey.ts'
import { tableName } from '../../names/aws.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Handler, Invocation } from '../command.ts'
import { openContext, openPorts } from '../context.ts'
import type { Io } from '../io.ts'
import { printResult } from '../print-result.ts'

export const setup: Handler = async (invocation, io) => {
  const { setupRecords } = await openPorts(invocation, io)
  const answer = await setupRecords.ensureTable()
  const sentence =
    answer === 'created'
      ? `created the table "${tableName}" for records, locks and approvals.`
      : `the table "${tableName}" exists and is fit for use.`
  const found = await surveyOfApp(invocation, io)
  await printResult(
    { invocation, io },
    {
      document: () => ({
        table: tableName,
        created: answer === 'created',
        ...(found instanceof Refusal ? { error: { code: found.code, message: found.message } } : found),
      }),
      text: async view => {
        if (found === undefined) return [sentence]
        if (found instanceof Refusal) return [sentence, `No app was looked at: ${found.message}`]
        return [sentence, ...(await import('../report/setup.ts')).showSurvey(found, view)]
      },
    },
  )
  return 0
}

/** Only where an app is said; that it is not there yet is no failure, since the table is for all of them and may well come first. */
async function surveyOfApp(invocation: Invocation, io: Io): Promise<Survey | Refusal | undefined> {
  try {
    const context = await openContext(invocation, io)
    return await survey(context, context.ports)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return error.code === 'no_app' ? undefined : error
  }
}
