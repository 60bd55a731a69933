import { describe, expect, it } from 'vitest'
import type { Ports } from '../../../lib/actions/ports.ts'
import { type RevisionFacts, staleRevisions } from '../../../lib/actions/prune/stale-revisions.ts'

const arn = (number: number): string => `arn:aws:ecs:eu-west-1:1:task-definition/shop-web:${number}`

describe('a revision is stale', () => {
  it('beyond the newest that are kept, the oldest first', async () => {
    expect(await stale({ keep: 3 })).toEqual([2, 3, 4, 5])
  })

  it('unless something needs it', async () => {
    expect(await stale({ keep: 3, needed: async () => new Set([arn(2), arn(4)]) })).toEqual([3, 5])
  })

  it('unless it is newer than what runs', async () => {
    expect(await stale({ keep: 1, running: arn(4) })).toEqual([2, 3])
  })

  it('unless somebody else registered it: it carries no deployment’s tag', async () => {
    expect(await stale({ keep: 3, others: [1, 3] })).toEqual([2, 4, 5])
  })

  it('only where the service has a template of another family: elsewhere a schedule may be pinned to it', async () => {
    expect(await stale({ keep: 1, tags: {} })).toEqual([])
    expect(await stale({ keep: 1, tags: { 'tapit:template': 'shop-web' } })).toEqual([])
  })

  it('and so many at a time', async () => {
    expect(await stale({ keep: 1, limit: 2 })).toEqual([2, 3])
  })

  it('is not asked for where there cannot be too many', async () => {
    const asked: string[] = []

    await stale({ keep: 8, asked })

    expect(asked).toEqual([])
  })
})

type Scene = Partial<RevisionFacts> & {
  /** Numbers of revisions that are not tapit's. */
  readonly others?: readonly number[]
  readonly asked?: string[]
}

/** Of a family with eight revisions; the first is the placeholder. */
async function stale({ others = [1], asked = [], ...facts }: Scene): Promise<readonly number[]> {
  const ecs: Partial<Ports['ecs']> = {
    activeRevisions: async family => {
      asked.push(family)
      return Array.from({ length: 8 }, (_, index) => arn(8 - index))
    },
    taskDefinition: async reference => {
      const isOther = others.some(number => arn(number) === reference)
      return {
        arn: reference,
        family: 'shop-web',
        revision: 1,
        isActive: true,
        containers: [],
        tags: Object.fromEntries(isOther ? [] : [['tapit:deployment', 'dep_1']]),
        definition: {},
      }
    },
  }
  const found = await staleRevisions(
    {
      tags: { 'tapit:template': 'shop-web-template' },
      running: arn(8),
      needed: async () => new Set(),
      keep: 2,
      limit: 50,
      ...facts,
    },
    { ecs: ecs as Ports['ecs'] },
  )
  return found.map(each => Number(each.split(':').at(-1)))
}
