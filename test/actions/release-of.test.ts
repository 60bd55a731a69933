import { expect, it } from 'vitest'
import type { Cluster } from '../../lib/actions/ports.ts'
import { type FoundRelease, releaseOf } from '../../lib/actions/release/release-of.ts'
import type { DeployRequest, PinnedVersion } from '../../lib/actions/plan/request.ts'

const cluster: Cluster = { name: 'shop', arn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/shop', tags: {} }
const version: PinnedVersion = { dockerTag: 'v1' }

it.each<[string, Pick<DeployRequest, 'trigger' | 'pinned'>]>([
  ['a deploy', { trigger: 'manual' }],
  ['a push', { trigger: 'push' }],
  ['what was approved', { trigger: 'manual', pinned: new Map([['default', version]]) }],
])('is run by %s', async (_, request) => {
  expect(await found(request)).toEqual({ command: ['migrate'], process: 'default' })
})

it.each<[string, Pick<DeployRequest, 'trigger' | 'pinned'>]>([
  ['a rollback', { trigger: 'rollback' }],
  ['a promotion', { trigger: 'promote' }],
  [
    'a restart, or a start',
    { trigger: 'manual', pinned: new Map([['default', { ...version, restores: 'dep_1' }]]) },
  ],
  [
    'a promotion that was approved',
    {
      trigger: 'manual',
      pinned: new Map([['default', { ...version, promotedFrom: { app: 'x', id: 'dep_1' } }]]),
    },
  ],
])('is not run by %s', async (_, request) => {
  expect(await found(request)).toBeUndefined()
})

it.each<[string | undefined, readonly string[], FoundRelease | undefined]>([
  [undefined, ['default', 'worker'], { command: ['migrate'], process: 'default' }],
  [undefined, ['scheduler', 'worker'], { command: ['migrate'], process: 'scheduler' }],
  ['worker', ['default', 'worker'], { command: ['migrate'], process: 'worker' }],
  ['worker', ['default'], { is: 'left_out', process: 'worker' }],
])('wanted with %s in a deploy of %j', async (process, processes, expected) => {
  expect(await found({ trigger: 'manual' }, { process, processes })).toEqual(expected)
})

it('is nothing where the infrastructure has none', async () => {
  const gathered = { cluster, parameters: new Map<string, string>() }

  expect(await releaseOf({ trigger: 'manual' }, gathered, [])).toBeUndefined()
})

function found(
  request: Pick<DeployRequest, 'trigger' | 'pinned'>,
  { process, processes = ['default'] }: { process?: string; processes?: readonly string[] } = {},
): Promise<FoundRelease | undefined> {
  const text = JSON.stringify({ command: ['migrate'], process })
  return releaseOf(
    request,
    { cluster, parameters: new Map([['/tapit/shop/release', text]]) },
    processes.map(name => ({ process: name })),
  )
}
