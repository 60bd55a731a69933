import { age } from './age.ts'

/** AWS answers that we ask too often. */
export function slowedText({ wait, reason }: { readonly wait: number; readonly reason: string }): string {
  return `AWS slows us down (${reason}): asking again in ${age(Math.max(1000, wait))}. The deployments go on.`
}
