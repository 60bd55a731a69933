import { Refusal } from '../../names/refusal.ts'
import type { Handler } from '../command.ts'
import { printResult } from '../print-result.ts'
import { hookAnswers, hookStages, setHook } from '../sandbox-process.ts'

export const sandboxHook: Handler = async (invocation, io) => {
  const { function: functionName, answer: given, stage: at } = invocation.keys
  const answer = hookAnswers.find(each => each === given)
  const stage = hookStages.find(each => each === at)
  if (functionName === undefined || answer === undefined) {
    throw new Refusal({
      code: 'missing_key',
      exit: 'usage',
      message: `sandbox hook needs ${functionName === undefined ? 'function=' : 'answer='}.`,
      advice: 'tapit sandbox hook function=smoke-test answer=failed',
    })
  }
  await setHook(io, { functionName, answer, ...(stage !== undefined && { stage }) })
  await printResult(
    { invocation, io },
    {
      document: () => ({ function: functionName, answer, stage }),
      text: () => [
        `${functionName} answers ${answer} from now on${stage === undefined ? '' : ` at ${stage}`}.`,
      ],
    },
  )
  return 0
}
