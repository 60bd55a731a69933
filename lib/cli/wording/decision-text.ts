import type { Decision } from '../../deployment/deployment.ts'
import { pauseWords } from './pause-words.ts'

/** `ada let it go on before the switch: looks good` */
export function decisionText({ by, stage, reason }: Decision): string {
  return `${by} let it go on ${pauseWords({ stage })}${reason === undefined ? '' : `: ${reason}`}`
}
