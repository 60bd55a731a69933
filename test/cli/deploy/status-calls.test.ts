import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Line, longestChain, openLine } from '../../fakes/round-trips.ts'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { addWorker, outside, serviceDeployments, until } from './scenes.ts'

const mostInTurn = 8
/** What ECS lets through at once of the kind of call that there are most of. */
const burst = 50
/** One process after the other would be 150. Fifty writes share connections and a machine that may have other work: that is a few more than the three of each. */
const mostWritesInTurn = 15
/** Longer than tapit watches whether the tasks stay. */
const stayRunning = 30_000

let shop: Shop
let line: Line
beforeAll(async () => {
  shop = await openShop({ speed: 20 })
  for (let index = 0; index < 47; index += 1) addFromTemplate(`worker-${index}`)
  const { code, stderr } = await shop.tapit('create', 'deploy', 'docker_tag=v1.2.3', '--wait')
  if (code !== 0) throw new Error(stderr)
  line = await openLine(shop.url)
}, 120_000)
afterAll(async () => {
  await line.close()
  await shop.close()
})

describe('the status of an app with 50 processes', { timeout: 60_000 }, () => {
  it('is told by few calls that wait for each other while nothing is under way', async () => {
    const { document, inTurn, count } = await statusCalls()

    expect(document.processes).toHaveLength(50)
    expect(document.processes.map((each: any) => each.dockerTag)).toEqual(Array(50).fill('v1.2.3'))
    expect(inTurn.slice(mostInTurn)).toEqual([])
    expect(count('DescribeTaskDefinition')).toBe(burst)
  })

  it('waits for the writes of one process alone where all are found to have ended, and reads nothing twice', async () => {
    const { document: begun } = await shop.json('create', 'deploy', 'docker_tag=v1.2.3')
    const made: readonly any[] = begun.deployments
    const areThrough = (): boolean =>
      made.every(({ process }) => serviceDeployments(shop, process)[0]?.status === 'SUCCESSFUL')
    await until(shop, areThrough, 600_000)
    await shop.clock.sleep(stayRunning)

    const { document, inTurn, count } = await statusCalls()

    const idOf = new Map(made.map(({ process, id }) => [process, id]))
    expect(idOf.size).toBe(50)
    expect(document.processes).toMatchObject(
      document.processes.map(({ process }: any) => ({
        deploymentId: idOf.get(process),
        promotionStage: 'active',
      })),
    )
    // The pointer, what was active before, and the deployment itself.
    expect(count('PutItem')).toBe(3 * 50)
    expect(inTurn.filter(operation => operation === 'PutItem').length).toBeLessThanOrEqual(mostWritesInTurn)
    expect([count('GetItem'), count('DescribeTaskDefinition')]).toEqual([0, burst])
  })

  it('is told by few calls that wait for each other while a deployment waits for somebody', async () => {
    const wish = ['process=default', 'docker_tag=v1.2.2', 'strategy=blue_green', 'pause_before=switch']
    const { document: begun } = await shop.json('create', 'deploy', ...wish)
    const { id } = begun.deployments[0]
    await expect
      .poll(async () => (await shop.json('show', 'deploy', `id=${id}`)).document.deployments[0].pause, {
        timeout: 50_000,
      })
      .toBeDefined()

    const { document, inTurn } = await statusCalls()

    expect(document.processes[0]).toMatchObject({
      dockerTag: 'v1.2.3',
      promotionStage: 'switching_route',
      candidate: { deploymentId: id, dockerTag: 'v1.2.2' },
    })
    expect(inTurn.slice(mostInTurn)).toEqual([])
  })
})

describe('the longest chain of calls', () => {
  it('is of those that began after another had ended', () => {
    const trip = (operation: string, begun: number, ended: number) => ({ operation, begun, ended })

    const chain = longestChain([
      trip('a', 0, 10),
      trip('b', 1, 30),
      trip('c', 11, 20),
      trip('d', 21, 29),
      trip('e', 31, 40),
    ])

    expect(chain.map(({ operation }) => operation)).toEqual(['a', 'c', 'd', 'e'])
  })
})

async function statusCalls(): Promise<{
  document: any
  inTurn: readonly string[]
  count(operation: string): number
}> {
  const { length: before } = line.trips
  const { stdout } = await shop.start(['status', '-o', 'json'], { AWS_ENDPOINT_URL: line.url }).ended
  const trips = line.trips.slice(before)
  return {
    document: JSON.parse(stdout),
    inTurn: longestChain(trips).map(({ operation }) => operation),
    count: operation => trips.filter(each => each.operation === operation).length,
  }
}

/** As CDK makes them. */
function addFromTemplate(name: string): void {
  const template = `shop-${name}-template`
  const tags = {
    'tapit:process': name,
    'tapit:kind': 'worker',
    'tapit:repository': 'shop',
    'tapit:container': name,
    'tapit:template': template,
    'tapit:stay-running-seconds': '1',
  }
  addWorker(shop, name, {
    service: { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) },
  })
  const { DescribeTaskDefinition, RegisterTaskDefinition } = outside(shop)
  const { taskDefinition } = DescribeTaskDefinition({ taskDefinition: `shop-${name}` })
  if (taskDefinition === undefined) throw new Error(`there is no shop-${name}`)
  RegisterTaskDefinition({
    ...taskDefinition,
    family: template,
    containerDefinitions: taskDefinition.containerDefinitions,
  })
}
