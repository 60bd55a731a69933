import type { Ended } from './run-process.ts'

/** A run that ended otherwise than it should have has measured something else. */
export function expectCode(code: number, ended: Ended): Ended {
  if (ended.code === code) return ended
  throw new Error(`ended with ${ended.code} instead of ${code}:\n${ended.stdout}\n${ended.stderr}`)
}
