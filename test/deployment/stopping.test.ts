import { expect, it } from 'vitest'
import { advance } from '../../lib/deployment/advance.ts'
import type { SeenService } from '../../lib/deployment/observation.ts'
import { deployment, revision, seen, t0 } from './builders.ts'

const stop = { by: 'arn:aws:iam::123456789012:user/dev', at: t0, count: 2 }
const asked = { ...stop, askedAt: t0 + 1_000 }
const ecs = { taskDefinition: revision }

it.each<[string, Partial<SeenService>, typeof stop, number, 'stopping' | 'stopped']>([
  ['is stopped once none of its tasks is left', {}, asked, 2_000, 'stopped'],
  ['goes on while one still runs', { running: 1 }, asked, 2_000, 'stopping'],
  ['goes on while one is still starting', { pending: 1 }, asked, 2_000, 'stopping'],
  ['goes on while not all was asked of AWS', {}, stop, 2_000, 'stopping'],
  ['does not go by what was read before that', { readAt: t0 + 500 }, asked, 2_000, 'stopping'],
  [
    'takes tasks that are wanted for an answer that lags',
    { desired: 2, running: 2 },
    asked,
    30_000,
    'stopping',
  ],
  ['ends where they are wanted for long: somebody else started it', { desired: 2 }, asked, 70_000, 'stopped'],
])('a process that is being stopped %s', (_, service, by, after, expected) => {
  const stopping = deployment({ state: { is: 'stopping', ecs }, stop: by })
  const at = t0 + after

  const next = advance(
    stopping,
    seen({ at, service: { desired: 0, running: 0, pending: 0, readAt: at, ...service } }),
  )

  expect(next.state.is).toBe(expected)
})

it('keeps who stopped it, and when', () => {
  const stopping = deployment({ state: { is: 'stopping', ecs }, stop: asked })
  const service = { desired: 0, running: 0, pending: 0, readAt: t0 + 2_000 }

  const next = advance(stopping, seen({ at: t0 + 2_000, service }))

  expect(next).toMatchObject({ stop: asked, timeline: [{}, { is: 'stopped', at: t0 + 2_000 }] })
})
