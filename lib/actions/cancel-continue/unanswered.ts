import type { Deployment } from '../../deployment/deployment.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Ports, ServiceDeployment } from '../ports.ts'
import { Trouble, isPassing } from '../trouble.ts'

export type Question<Answer> = {
  readonly serviceDeployment: string
  readonly ask: () => Promise<Answer>
  /** What the service deployment tells of it afterwards; nothing where it may not have been heard yet. */
  readonly heard: (now: ServiceDeployment) => Answer | undefined
  readonly ports: Pick<Ports, 'ecs' | 'clock'>
}

const looks = 5
const betweenLooks = 1_000

/**
 * Asks ECS something, and where its answer is lost looks whether it was heard: it may well have been. `unknown` where that does not
 * show.
 */
export async function answerOrTrace<Answer>({
  serviceDeployment,
  ask,
  heard,
  ports: { ecs, clock },
}: Question<Answer>): Promise<Answer | 'unknown'> {
  try {
    return await ask()
  } catch (error) {
    if (!isLost(error)) throw error
  }
  for (let look = 0; look < looks; look += 1) {
    await clock.sleep(betweenLooks)
    const [now] = await ecs.serviceDeployments([serviceDeployment]).catch(nothingIfPassing)
    const answer = now && heard(now)
    if (answer !== undefined) return answer
  }
  return 'unknown'
}

/** What was throttled was not heard. */
function isLost(error: unknown): boolean {
  return error instanceof Trouble && error.kind === 'transient'
}

function nothingIfPassing(error: unknown): readonly ServiceDeployment[] {
  if (isPassing(error)) return []
  throw error
}

/** Nobody knows whether ECS was asked: that is no word of nothing having changed. */
export function refuseUnanswered(
  { app, process }: Pick<Deployment, 'app' | 'process'>,
  { id, wish }: { readonly id: string; readonly wish: string },
): never {
  throw new Refusal({
    code: 'unanswered',
    exit: 'in_progress',
    message: `AWS was asked to ${wish} ${id} of ${process} and has not answered: it may have heard it.`,
    advice: `tapit -a ${app} status shows how it stands; the same command asks again.`,
  })
}
