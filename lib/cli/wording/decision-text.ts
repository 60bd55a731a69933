import type { Decision } from '../../deployment/deployment.ts'
import { callerName } from './caller-name.ts'
import { pauseWords } from './pause-words.ts'

/** `user/ada let it go on before the switch: looks good` */
export function decisionText({ by, stage, reason }: Decision): string {
  return `${callerName(by)} let it go on ${pauseWords({ stage })}${reason === undefined ? '' : `: ${reason}`}`
}
