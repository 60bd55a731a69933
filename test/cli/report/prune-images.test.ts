import { describe, expect, it } from 'vitest'
import type { Pruned } from '../../../lib/actions/prune/carry-out.ts'
import type { PruningPlan } from '../../../lib/actions/prune/plan-pruning.ts'
import { showPruning } from '../../../lib/cli/report/prune-images.ts'
import { pruningDocument } from '../../../lib/cli/report/json/pruning-document.ts'
import type { StoredImage } from '../../../lib/images/ports.ts'
import type { KeepReason } from '../../../lib/images/retention.ts'
import { t0, view } from './builders.ts'

const repository = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop'
const day = 24 * 3_600_000
const running: KeepReason = { is: 'running', in: 'shop/web' }

const v1 = image('v1', 12, { sizeInBytes: 80_000_000 })
const v2 = image('v2', 8, { sizeInBytes: 90_000_000 })
const plan = planned([
  [v1, []],
  [v2, []],
  [image('v3', 5), [{ is: 'rollback_target', of: 'shop/web' }]],
  [
    image('v4', 4, { tags: ['v4', 'latest'] }),
    [
      running,
      { is: 'running', in: 'shop/worker' },
      { is: 'rollback_target', of: 'shop/web' },
      { is: 'newest', among: 2 },
      { is: 'moving_tag', tag: 'latest' },
    ],
  ],
  [image('v5', 3), [{ is: 'newest', among: 2 }]],
  [image('untagged', 3, { tags: [] }), [{ is: 'pulled', at: t0 - day }]],
  [image('amd64', 4, { tags: [] }), [{ is: 'part', of: 'sha256:v4' }]],
])

describe('prune images', () => {
  it('shows what would go and why the rest stays', () => {
    expect(showPruning({ app: 'shop', plans: [plan] }, view(110)).join('\n')).toMatchInlineSnapshot(`
      "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop                                                       keep 2
        ✗ v1  sha256:v1  12 days  80 MB
        ✗ v2  sha256:v2  8 days   90 MB
        ● v5     sha256:v5  3 days  one of the newest 2
        ● v4 +1  sha256:v4  4 days  runs in shop/web and shop/worker, the tag latest moves
        ● v3     sha256:v3  5 days  rollback target of shop/web
        and 2 more: parts of these, attached to them, or new and without a tag
        Revisions: shop-web:3.
        Would go: 2 images (up to 170 MB) and 1 revision."
    `)
  })

  it('fits a narrow terminal', () => {
    const lines = showPruning({ app: 'shop', plans: [plan] }, view(60))

    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop     keep 2
        ✗ v1  sha256:v1  12 days  80 MB
        ✗ v2  sha256:v2  8 days   90 MB
        ● v5     sha256:v5  3 days
            one of the newest 2
        ● v4 +1  sha256:v4  4 days
            runs in shop/web and shop/worker, the tag latest moves
        ● v3     sha256:v3  5 days
            rollback target of shop/web
        and 2 more: parts of these, attached to them, or new and
        without a tag
        Revisions: shop-web:3.
        Would go: 2 images (up to 170 MB) and 1 revision."
    `)
    expect(lines.filter(line => line.length > 60)).toEqual([])
  })

  it('shows what went, and what ECR did not give up', () => {
    const done: Pruned = {
      plan,
      removal: {
        removed: [v1],
        refused: [{ digest: v2.digest, why: 'Requested image referenced by manifest list' }],
      },
      revisions: ['arn:aws:ecs:eu-west-1:1:task-definition/shop-web:3'],
    }

    const lines = showPruning({ app: 'shop', plans: [plan], done: [done] }, view(110))

    expect(lines.filter(line => line.includes('✗'))).toHaveLength(1)
    expect(lines.slice(-3)).toEqual([
      '  Revisions: shop-web:3.',
      '  ECR keeps sha256:v2: Requested image referenced by manifest list.',
      '  Gone: 1 image (up to 80 MB) and 1 revision.',
    ])
  })

  it('says of a repository why nothing goes', () => {
    const left: PruningPlan = {
      is: 'left',
      repository,
      code: 'shared',
      reason: 'others pull',
      staleRevisions: [],
    }

    expect(showPruning({ app: 'shop', plans: [left] }, view(80))).toEqual([
      repository,
      '  Nothing goes: others pull.',
    ])
    expect(pruningDocument({ app: 'shop', plans: [left] })['repositories']).toEqual([
      {
        repository: 'shop',
        uri: repository,
        notPruned: { code: 'shared', reason: 'others pull' },
        remove: [],
        kept: [],
        revisions: [],
      },
    ])
  })

  it('shows the first fifty of many, and counts them all', () => {
    const many = planned(Array.from({ length: 120 }, (_, index) => [image(`v${index}`, 9), []]))

    const lines = showPruning({ app: 'shop', plans: [many] }, view(80))

    expect(lines.filter(line => line.includes('✗'))).toHaveLength(50)
    expect(lines).toContain('  … and 70 more images')
    expect(lines.at(-1)).toBe('  Would go: 120 images and 1 revision.')
  })
})

function planned(verdicts: readonly (readonly [StoredImage, readonly KeepReason[]])[]): PruningPlan {
  return {
    is: 'planned',
    repository,
    keep: 2,
    verdicts: verdicts.map(([each, reasons]) => ({ image: each, reasons })),
    facts: { images: [], parts: new Map(), uses: [], keep: 2, isMoving: () => false },
    histories: [],
    revisions: new Set(),
    staleRevisions: ['arn:aws:ecs:eu-west-1:1:task-definition/shop-web:3'],
  }
}

function image(name: string, days: number, over: Partial<StoredImage> = {}): StoredImage {
  return { digest: `sha256:${name}`, tags: [name], pushedAt: t0 - days * day, status: 'ACTIVE', ...over }
}
