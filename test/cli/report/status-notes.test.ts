import { describe, expect, it } from 'vitest'
import type { ProcessStatus } from '../../../lib/actions/status/process-status.ts'
import { statusDocument } from '../../../lib/cli/report/json.ts'
import { showStatus } from '../../../lib/cli/report/status.ts'
import { statusNotes } from '../../../lib/cli/wording/status-notes.ts'
import { replacedText } from '../../../lib/cli/wording/replaced-text.ts'
import { someDeployment } from '../../adapters/some-records.ts'
import { states, view } from './builders.ts'

const now = Date.UTC(2026, 10, 21, 12)
const minute = 60_000
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`

const rows: readonly {
  readonly what: string
  readonly status: Partial<ProcessStatus>
  readonly note: string
  readonly json: object
}[] = [
  {
    what: 'another image than the record says',
    status: { drift: { is: 'image_differs', recorded: digest('a'), runs: [digest('b')] } },
    note: 'the image is not the one of its record: sha256:bbbbbbbb in place of sha256:aaaaaaaa',
    json: { drift: { code: 'image_differs', recorded: digest('a'), runs: [digest('b')] } },
  },
  {
    what: 'the same image, deployed by another tool',
    status: {
      drift: { is: 'changed_outside', taskDefinition: 'arn:x/shop-worker:9', isSameImage: true },
    },
    note: 'changed outside tapit: shop-worker:9, the image is the same',
    json: {
      drift: { code: 'changed_outside', taskDefinition: 'arn:x/shop-worker:9', isSameImage: true },
    },
  },
  {
    what: 'another image, deployed by another tool',
    status: {
      drift: {
        is: 'changed_outside',
        taskDefinition: 'arn:x/shop-worker:9',
        registeredBy: 'arn:aws:iam::1:user/bob',
        isSameImage: false,
      },
    },
    note: 'changed outside tapit: shop-worker:9 by arn:aws:iam::1:user/bob, another image',
    json: { drift: { code: 'changed_outside', isSameImage: false } },
  },
  {
    what: 'a process that is being stopped, long after its deployment',
    status: {
      latest: {
        ...someDeployment({ id: 'dep_2', dockerTag: 'v1.4.0', state: states.stopping }),
        createdAt: now - 60 * minute,
        timeline: [{ is: 'stopping', at: now - minute }],
      },
    },
    note: 'v1.4.0 stopping for 1 min: dep_2',
    json: {},
  },
  {
    what: 'a deployment that waits for somebody’s approval',
    status: {
      waiting: someDeployment({
        id: 'dep_2',
        dockerTag: 'v1.4.0',
        initiator: 'ada',
        state: { is: 'awaiting_approval', policy: 'senior', until: now + 59 * minute },
      }),
    },
    note: 'v1.4.0 waits for the approval of policy senior, expires in 59 min: tapit -a shop approve deploy id=dep_2 image=sha256:aaaaaaaaaaaaaaaa',
    json: {
      awaitingApproval: {
        deploymentId: 'dep_2',
        dockerTag: 'v1.4.0',
        initiator: 'ada',
        policy: 'senior',
        expiresAt: '2026-11-21T12:59:00.000Z',
      },
    },
  },
  {
    what: 'a process that somebody has stopped',
    status: { stopped: { by: 'arn:aws:iam::1:user/ada', at: now - 3 * minute, reason: 'over budget' } },
    note: 'stopped 3 min ago by user/ada (over budget): tapit -a shop start process=worker',
    json: {
      stopped: { at: '2026-11-21T11:57:00.000Z', by: 'arn:aws:iam::1:user/ada', reason: 'over budget' },
    },
  },
]

describe('status tells of', () => {
  it.each(rows)('$what', ({ status, note, json }) => {
    const process = processStatus(status)

    expect(statusNotes(process, { app: 'shop', now })).toEqual([note])
    expect(document(process)).toMatchObject({ processes: [json] })
  })

  it('a stopped process by that word, where its stage would be', () => {
    const stopped = processStatus({ stopped: { by: 'ada', at: now }, running: 0, desired: 0 })
    const text = showStatus({ app: 'shop', environment: 'production', processes: [stopped] }, view(150))

    expect(text.join('\n')).toMatch(/worker +v1\.3\.0 +stopped +healthy +0\/0/)
  })
})

describe('show deploy tells of', () => {
  it.each([
    ['rollback', 'rolled back by dep_2'],
    ['push', 'replaced by dep_2'],
  ] as const)('what became active in its place, by %s', (trigger, text) => {
    expect(replacedText({ replacedBy: { id: 'dep_2', trigger } })).toBe(text)
    expect(replacedText({})).toBe('')
  })
})

function processStatus(own: Partial<ProcessStatus>): ProcessStatus {
  return {
    process: 'worker',
    kind: 'worker',
    dockerTag: 'v1.3.0',
    health: 'healthy',
    running: 1,
    desired: 1,
    ...own,
  }
}

function document(process: ProcessStatus): unknown {
  return statusDocument({ app: 'shop', environment: 'production', processes: [process] })
}
