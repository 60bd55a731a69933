import { jsonSchema } from '../../config/json-schema.ts'
import { exitCodes } from '../../names/refusal.ts'
import type { Handler } from '../command.ts'
import { printResult } from '../print-result.ts'

/** Prints the JSON Schema of tapit.yml, for editors. */
export const showSchema: Handler = async (invocation, io) => {
  await printResult(
    { invocation, io },
    {
      document: () => ({ schema: jsonSchema() }),
      text: () => JSON.stringify(jsonSchema(), undefined, 2).split('\n'),
    },
  )
  return exitCodes.done
}
