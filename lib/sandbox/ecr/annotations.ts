import { behaviours, isBehaviour } from './behaviour.ts'
import { isSeverity, severities } from './severity.ts'

/**
 * Where an image says what it does in the sandbox: annotations of its manifest, or labels of its configuration; for all
 * processes or (suffixed) for one.
 */
const prefix = 'dev.tapit.sandbox.'
const behaviourKey = `${prefix}behaviour`
const logKey = `${prefix}log`

/** What a scan finds: `CRITICAL:1,HIGH:3`. */
export const findingsAnnotation: string = `${prefix}findings`

/** What a command exits with that is run once, `tapit run` and the release command: `3`. */
export const exitCodeAnnotation: string = `${prefix}once.exit-code`
/** The lines that it logs. */
export const onceLogAnnotation: string = `${prefix}once.log`

export function behaviourAnnotation(process?: string): string {
  return process === undefined ? behaviourKey : `${behaviourKey}.${process}`
}

export function logAnnotation(process?: string): string {
  return process === undefined ? logKey : `${logKey}.${process}`
}

export function isAnnotation(key: string): boolean {
  return key.startsWith(prefix)
}

/** Why an annotation cannot be meant so: a behaviour that does not exist would silently be `ok`, and so would a misspelt one. */
export function problemOf(key: string, value: string): string | undefined {
  if (key === behaviourKey || key.startsWith(`${behaviourKey}.`)) {
    return isBehaviour(value) ? undefined : `must be one of ${behaviours.join(', ')}; got '${value}'`
  }
  if (key === logKey || key.startsWith(`${logKey}.`) || !isAnnotation(key)) return undefined
  if (key === onceLogAnnotation) return undefined
  if (key === exitCodeAnnotation)
    return /^\d{1,3}$/.test(value) && Number(value) < 256 ? undefined : `must be 0 to 255; got '${value}'`
  if (key !== findingsAnnotation)
    return `is none of the sandbox's: it has ${behaviourKey}, ${logKey}, ${exitCodeAnnotation}, ${onceLogAnnotation}, ${findingsAnnotation}`
  const isFinding = (text: string) => {
    const [severity = '', count = '', ...rest] = text.split(':')
    return rest.length === 0 && isSeverity(severity) && /^\d{1,4}$/.test(count)
  }
  return value.split(',').every(isFinding)
    ? undefined
    : `must be numbers of findings, such as CRITICAL:1,HIGH:3, of ${severities.join(', ')}; got '${value}'`
}
