import type { Deployment } from '../deployment/deployment.ts'
import type { Pointer } from '../records/pointer.ts'
import type { Invocation } from './command.ts'
import type { Io } from './io.ts'

export type DeploymentList = {
  readonly app: string
  readonly deployments: readonly Deployment[]
  readonly pointers: readonly Pointer[]
  readonly next?: string
}

export async function printList(
  list: DeploymentList,
  { invocation, io }: { invocation: Invocation; io: Io },
): Promise<void> {
  if (invocation.global.output === 'json') {
    const { listDocument } = await import('./report/json.ts')
    io.stdout.write(`${JSON.stringify(listDocument(list), undefined, 2)}\n`)
    return
  }
  const { listDeploys } = await import('./report/list-deploys.ts')
  const { viewOf } = await import('./report/view.ts')
  io.stdout.write(
    `${listDeploys(list, viewOf(io.stdout, { env: io.env, now: io.clock.now() })).join('\n')}\n`,
  )
}
