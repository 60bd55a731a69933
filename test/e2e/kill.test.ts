import { describe, expect, it } from 'vitest'
import type { Call } from '../../lib/sandbox/faults.ts'
import { advanceWorld } from '../../lib/sandbox/ecs/advance-world.ts'
import { type Account, openAccount } from './support/account.ts'

type Scenario = {
  readonly process: string
  readonly dockerTag: string
  /** What a command that is left alone makes of it. */
  readonly code: number
}

/** One moment: the nth request that changes something, and whether AWS still carries it out. */
type Moment = { readonly nth: number; readonly isCarriedOut: boolean }

const short = { TAPIT_LEASE_SECONDS: '5' }
const inProgress = ['creating', 'waiting_for_instances', 'running', 'finalizing', 'rolling_back']
const reads = /^(Describe|List|Get|BatchGet|Query|Filter)/

describe(
  'a deploy that is killed at any of its changes, before and after AWS carried it out',
  { timeout: 240_000 },
  () => {
    it.each<Scenario>([
      { process: 'default', dockerTag: 'v1.2.3', code: 0 },
      { process: 'worker', dockerTag: 'v1.3.0', code: 1 },
    ])('is told truthfully afterwards, and the next one works: $process $dockerTag', async scenario => {
      const changes = await changesOf(scenario)

      // Killed before a change is the same as killed after the one before it, but for the first.
      const moments: readonly Moment[] = [
        { nth: 0, isCarriedOut: false },
        ...changes.map((_, nth) => ({ nth, isCarriedOut: true })),
      ]
      const lies = await inParallel(moments, 10, moment => liesAfter(scenario, moment))

      expect(changes).toEqual(
        expect.arrayContaining(['RegisterTaskDefinition', 'UpdateService', 'PutItem', 'DeleteItem']),
      )
      expect(
        lies.flatMap((each, index) =>
          each.map(lie => ({ change: changes[moments[index]?.nth ?? 0], ...moments[index], lie })),
        ),
      ).toEqual([])
    })
  },
)

/** Operations that change something, in the order of an undisturbed deploy. */
async function changesOf({ process, dockerTag, code }: Scenario): Promise<readonly string[]> {
  const account = await openAccount()
  const ended = await account.start(deployOf(process, dockerTag), short).ended
  const changes = changesIn(account).map(({ operation }) => operation)
  await account.close()
  expect(ended.code).toBe(code)
  return changes
}

function changesIn({ sandbox }: Account): readonly Call[] {
  return sandbox.faults.journal
    .filter(({ operation }) => !reads.test(operation) && !seeds.has(operation))
    .map(({ service, operation, input }) => ({ service, operation, input }))
}

const seeds = new Set(['CreateTable', 'UpdateContinuousBackups'])

function deployOf(process: string, dockerTag: string): readonly string[] {
  return ['create', 'deploy', `process=${process}`, `docker_tag=${dockerTag}`, '--wait']
}

/** What is not true of what is shown after a kill at that moment; nothing is as it should be. */
async function liesAfter(
  { process, dockerTag, code }: Scenario,
  { nth, isCarriedOut }: Moment,
): Promise<readonly string[]> {
  const account = await openAccount()
  try {
    const command = account.start(deployOf(process, dockerTag), short)
    let seen = 0
    const heal = account.sandbox.faults.add({
      effect: 'hang',
      when: input => {
        const operation = account.sandbox.faults.journal.findLast(entry => entry.input === input)?.operation
        if (operation === undefined || reads.test(operation) || seeds.has(operation)) return false
        seen += 1
        if (seen !== nth + 1) return false
        command.kill('SIGKILL')
        return !isCarriedOut
      },
    })
    const ended = await command.ended
    heal()
    // How often leases are renewed and logs are written depends on the time it takes: this run had fewer changes.
    if (ended.code !== 137)
      return ended.code === code && seen <= nth
        ? []
        : [`it was not killed: exit ${ended.code}, ${seen} changes`]
    return [...(await untruths(account, { process, dockerTag })), ...(await nextDeploy(account, process))]
  } finally {
    await account.close()
  }
}

/** Shown right after the kill, and once ECS has come to its end. */
async function untruths(
  account: Account,
  { process, dockerTag }: Pick<Scenario, 'process' | 'dockerTag'>,
): Promise<readonly string[]> {
  const first = await shown(account)
  await settled(account, process)
  const last = await shown(account)
  const running = runningTag(account, process)
  const lies: string[] = []
  for (const each of [first, last])
    if (each.code !== 0 && !each.isNothing) lies.push(`show deploy exited with ${each.code}: ${each.stderr}`)
  if (last.deployment === undefined && !last.isNothing) return lies
  if (last.isNothing)
    return running === dockerTag ? [...lies, `nothing is shown, but ${dockerTag} runs`] : lies
  const { status, isActive, steps } = last.deployment
  if (status === 'finalized' && running !== dockerTag) lies.push(`finalized, but ${running} runs`)
  if (isActive && running !== dockerTag) lies.push(`active, but ${running} runs`)
  if (['rolled_back', 'failed', 'cancelled'].includes(status) && running === dockerTag)
    lies.push(`${status}, but ${dockerTag} runs`)
  if (inProgress.includes(status) && steps.length === 0) lies.push(`${status}, without a step`)
  return lies
}

type Shown = {
  readonly code: number
  readonly stderr: string
  readonly isNothing: boolean
  readonly deployment: any
}

async function shown(account: Account): Promise<Shown> {
  const { code, stderr, document } = await account.json('show', 'deploy')
  const [deployment] = document.deployments ?? []
  const isNothing = document.error?.code === 'no_deployments' || document.deployments?.length === 0
  return { code, stderr, isNothing, deployment }
}

/** ECS goes on by itself; it is at its end when its newest deployment is and tasks are what they should be. */
async function settled({ sandbox }: Account, process: string): Promise<void> {
  await expect
    .poll(
      () => {
        advanceWorld(sandbox.world)
        const service = Object.values(sandbox.world.state.ecs.services).find(({ name }) => name === process)
        return service?.deployments.map(({ rolloutState }) => rolloutState)
      },
      { timeout: 60_000, interval: 100 },
    )
    .toEqual(['COMPLETED'])
}

function runningTag({ sandbox }: Account, process: string): string | undefined {
  const { services, taskDefinitions } = sandbox.world.state.ecs
  const service = Object.values(services).find(({ name }) => name === process)
  const image =
    taskDefinitions[service?.deployments[0]?.taskDefinition ?? '']?.definition.containerDefinitions?.[0]
      ?.image
  return sandbox.world.state.ecr.repositories['shop']?.images.find(({ digest }) => image?.endsWith(digest))
    ?.tags[0]
}

/** The killed command's lease is refused at first, and taken over once it ran out; then all is as if nothing had happened. */
async function nextDeploy(account: Account, process: string): Promise<readonly string[]> {
  const deploy = async (): Promise<{ isInTheWay: boolean; said: string }> => {
    const { code, stdout, stderr } = await account.start(
      [...deployOf(process, 'v1.2.3'), '-o', 'json'],
      short,
    ).ended
    const isInTheWay = code === 3 && JSON.parse(stdout).error.code === 'in_progress'
    return { isInTheWay, said: code === 0 ? 'it works' : `exit ${code}: ${stderr}` }
  }
  const seen: { last?: string } = {}
  await expect
    .poll(
      async () => {
        const { isInTheWay, said } = await deploy()
        seen.last = said
        return isInTheWay
      },
      { timeout: 60_000, interval: 2_000 },
    )
    .toBe(false)
  if (seen.last !== 'it works') return [`the next deploy: ${seen.last}`]
  const { document } = await account.json('list', 'deploys', `process=${process}`)
  const [newest, ...others] = document.deployments
  const open = others.filter((each: any) => inProgress.includes(each.status))
  const active = others.filter((each: any) => each.isActive)
  return [
    ...(newest.status === 'finalized' && newest.isActive ? [] : [`the next deploy ended ${newest.status}`]),
    ...(runningTag(account, process) === 'v1.2.3'
      ? []
      : [`${runningTag(account, process)} runs after the next deploy`]),
    ...(open.length > 0 ? [`left open: ${open.map((each: any) => each.status)}`] : []),
    ...(active.length > 0 ? [`two are active`] : []),
  ]
}

async function inParallel<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  const entries = items.entries()
  const worker = async () => {
    for (const [index, item] of entries) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: width }, worker))
  return results
}
