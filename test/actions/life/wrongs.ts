import { isSettled } from '../../../lib/deployment/projections.ts'
import type { Deployment } from '../../../lib/deployment/deployment.ts'
import { type StateName, transitions } from '../../../lib/deployment/state.ts'
import { app, type LifeAccount, processNames } from './account.ts'

const well = { skew: 0, pause: 0 }

/** What is not as it must be, once everything has come to its end: illegal transitions, records without an end, wrong pointers, lost leases. */
export async function wrongs(account: LifeAccount): Promise<readonly string[]> {
  const { clock } = account
  for (let looks = 0; looks < 3; looks += 1) {
    await account.end({ is: 'look', ...well })
    await clock.pass(60_000)
  }
  const records = await account.records()
  const open = records.filter(({ state }) => !isSettled(state))
  const pointers = await wrongPointers(account, records)
  return [
    ...records.flatMap(illegalSteps),
    ...open.map(({ id, process, state }) => `${id} of ${process} has no end: ${state.is}`),
    ...pointers,
    ...(await stuckProcesses(account)),
    ...account.mistakes.map(told),
  ]
}

function told(mistake: unknown): string {
  return `a command broke: ${mistake instanceof Error ? mistake.stack : String(mistake)}`
}

function illegalSteps({ id, timeline, state }: Deployment): readonly string[] {
  const names = timeline.map(({ is }) => is)
  const last = names.at(-1)
  return [
    ...names.flatMap((to, index) => {
      const from = names[index - 1]
      const isLegal = from === undefined || from === to || mayFollow(from, to)
      return isLegal ? [] : [`${id} went from ${from} to ${to}`]
    }),
    ...(last === state.is ? [] : [`${id} is ${state.is}, and its timeline ends with ${last}`]),
  ]
}

function mayFollow(from: StateName, to: StateName): boolean {
  const next: readonly StateName[] = transitions[from]
  return next.includes(to)
}

/** The active deployment of a process is one that went live, and what ECS runs. */
async function wrongPointers(
  { ports }: LifeAccount,
  records: readonly Deployment[],
): Promise<readonly string[]> {
  const pointers = await ports.records.pointers(app)
  const services = await ports.ecs.services(
    app,
    pointers.map(({ process }) => process),
  )
  return pointers.flatMap(({ process, deploymentId, taskDefinition }) => {
    const record = records.find(({ id }) => id === deploymentId)
    const service = services.find(({ name }) => name === process)
    return [
      ...(record?.state.is === 'live' ? [] : [`the active deployment of ${process} is ${record?.state.is}`]),
      ...(service?.taskDefinition === taskDefinition
        ? []
        : [`${service?.taskDefinition} runs of ${process}, and ${taskDefinition} is said to be active`]),
      ...(service?.deployments.length === 1 ? [] : [`ECS is still at ${process}`]),
    ]
  })
}

/** Nothing stands in the way of the next deploy, and nobody keeps a lease. */
async function stuckProcesses(account: LifeAccount): Promise<readonly string[]> {
  const wrong: string[] = []
  for (const process of processNames) {
    const next = { is: 'deploy', process, image: 'ok', isSuperseding: false, isWaiting: true } as const
    const exit = await account.end({ ...next, ...well })
    if (exit !== 'done') wrong.push(`the next deploy of ${process} ended with ${exit}`)
  }
  const leases = await account.ports.records.leases(app)
  return [
    ...wrong,
    ...leases
      .filter(({ process }) => processNames.some(name => name === process))
      .map(({ process, deploymentId }) => `${deploymentId} has kept the lease of ${process}`),
  ]
}
