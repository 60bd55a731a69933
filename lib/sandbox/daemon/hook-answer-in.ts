import { type HookAnswer, hookAnswers, hookStages } from '../ecs/state.ts'
import { isRecord } from '../is-record.ts'

/** What a request of the control path asks for; undefined if it is not that. */
export function hookAnswerIn(body: string): HookAnswer | undefined {
  const given = parsed(body)
  if (!isRecord(given)) return undefined
  const { functionName } = given
  const answer = hookAnswers.find(it => it === given['answer'])
  const stage = hookStages.find(it => it === given['stage'])
  if (typeof functionName !== 'string' || functionName === '' || answer === undefined) return undefined
  if (given['stage'] !== undefined && stage === undefined) return undefined
  return { functionName, answer, ...(stage === undefined ? {} : { stage }) }
}

function parsed(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body)
    return value
  } catch {
    return undefined
  }
}
