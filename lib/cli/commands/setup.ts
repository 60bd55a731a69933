import type { Ports } from '../../actions/ports.ts'
import { type Survey, survey } from '../../actions/services/survey.ts'
import { tableName } from '../../names/aws.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Handler } from '../command.ts'
import { openAsFarAsPossible } from '../context.ts'
import { printResult } from '../print-result.ts'

/** The table is for all apps of an account and region: those that tapit.yml gives the environment, where somebody did not say others. */
export const setup: Handler = async (invocation, io) => {
  const { app, ports, setupRecords, region } = await openAsFarAsPossible(invocation, io)
  if (app instanceof Refusal && app.code !== 'no_app') throw app
  const answer = await setupRecords.ensureTable()
  const place = await region()
  const sentence =
    answer === 'created'
      ? `created the table "${tableName}" in ${place} for records, locks and approvals.`
      : `the table "${tableName}" in ${place} exists and is fit for use.`
  const found = app instanceof Refusal ? undefined : await surveyOf(app, ports)
  if (answer === 'created' && found !== undefined && !(found instanceof Refusal))
    ports.audit.tell({ is: 'setup', app: found.app, details: { table: tableName, region: place } })
  await printResult(
    { invocation, io },
    {
      document: () => ({
        table: tableName,
        region: place,
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

/** That an app is not there yet is no failure: the table may well come first. */
async function surveyOf(
  wish: { readonly app: string; readonly environment?: string },
  ports: Ports,
): Promise<Survey | Refusal> {
  try {
    return await survey(wish, ports)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}
