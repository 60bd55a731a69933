import { age } from './age.ts'

/** AWS answers that we ask too often, or does not answer. */
export function slowedText({ wait, reason }: { readonly wait: number; readonly reason: string }): string {
  return `AWS did not serve a request (${reason}): asking again in ${age(Math.max(1000, wait))}. The deployments go on.`
}
