/** Where an image's manifest says what the image does: OCI annotations, for all processes or (suffixed) for one. */
const behaviourKey = 'dev.tapit.sandbox.behaviour'
const logKey = 'dev.tapit.sandbox.log'

export function behaviourAnnotation(process?: string): string {
  return process === undefined ? behaviourKey : `${behaviourKey}.${process}`
}

export function logAnnotation(process?: string): string {
  return process === undefined ? logKey : `${logKey}.${process}`
}

export function isBehaviourAnnotation(key: string): boolean {
  return key === behaviourKey || key.startsWith(`${behaviourKey}.`)
}
