import { describe, expect, it } from 'vitest'
import type { PolicySettings } from '../../lib/config/schema.ts'
import { type Question, judge } from '../../lib/policy/judge.ts'

const noon = Date.parse('2026-12-24T12:00:00Z')

describe('a policy', () => {
  it.each<[string, Partial<PolicySettings>, Partial<Question>, boolean]>([
    ['without conditions, any deployment', {}, {}, true],
    ['its environment', { environments: ['production'] }, {}, true],
    ['no other environment', { environments: ['staging'] }, {}, false],
    ['an environment that nobody knows', { environments: ['staging'] }, { environment: undefined }, true],
    ['its process', { processes: ['worker', 'default'] }, {}, true],
    ['no other process', { processes: ['worker'] }, {}, false],
    ['its caller', { callers: ['111122223333:role/deploy'] }, {}, true],
    ['its caller by a pattern', { callers: ['*:role/dep*'] }, {}, true],
    ['no other caller', { callers: ['111122223333:role/deployer'] }, {}, false],
    ['no caller of another account', { callers: ['999988887777:role/*'] }, {}, false],
    ['whoever is not excepted', { exceptCallers: ['*:role/release'] }, {}, true],
    ['nobody who is excepted', { exceptCallers: ['*:role/deploy', '*:role/release'] }, {}, false],
    ['its trigger', { triggers: ['manual', 'push'] }, {}, true],
    ['no other trigger', { triggers: ['rollback'] }, {}, false],
    ['its strategy by type', { strategies: ['canary'] }, {}, true],
    ['its strategy by name', { strategies: ['careful'] }, {}, true],
    ['no other strategy', { strategies: ['rolling'] }, {}, false],
    ['its branch', { gitRefs: ['main'] }, { gitRef: 'refs/heads/main' }, true],
    ['its ref in full', { gitRefs: ['refs/heads/main'] }, { gitRef: 'refs/heads/main' }, true],
    ['no tag where a branch is meant', { gitRefs: ['refs/heads/*'] }, { gitRef: 'refs/tags/v1' }, false],
    ['no ref that is not told', { gitRefs: ['main'] }, {}, false],
    ['a ref that is not excepted', { exceptGitRefs: ['v*'] }, { gitRef: 'main' }, true],
    ['a ref that is not told, where some are excepted', { exceptGitRefs: ['v*'] }, {}, true],
    ['no ref that is excepted', { exceptGitRefs: ['v*'] }, { gitRef: 'refs/tags/v1.2' }, false],
    ['findings as bad as it says', { severity: 'high' }, { findings: { critical: 0, high: 1 } }, true],
    ['findings that are worse', { severity: 'high' }, { findings: { critical: 1, high: 0 } }, true],
    ['no findings below', { severity: 'critical' }, { findings: { critical: 0, high: 9 } }, false],
    ['a scan that nobody knows', { severity: 'critical' }, {}, true],
    ['its first moment', { from: '2026-12-24T12:00:00Z' }, {}, true],
    ['nothing before', { from: '2026-12-24T12:00:01Z' }, {}, false],
    ['its last moment', { until: '2026-12-24T12:00:00.001Z' }, {}, true],
    ['nothing after', { until: '2026-12-24T12:00:00Z' }, {}, false],
    ['a moment in another zone', { from: '2026-12-24T13:00:00+01:00' }, {}, true],
    ['nothing where one of two is not so', { processes: ['default'], environments: ['staging'] }, {}, false],
  ])('matches %s', (_, conditions, question, matches) => {
    const { denied } = judge([{ name: 'p', effect: 'deny', ...conditions }], { ...asked, ...question })

    expect(denied.length > 0).toBe(matches)
  })

  it('says why it matches', () => {
    const policy: PolicySettings = {
      name: 'scan',
      effect: 'require_approval',
      approvers: ['*'],
      environments: ['production'],
      severity: 'high',
      until: '2027-01-02T00:00:00Z',
    }

    const { denied, needsApproval } = judge([policy], { ...asked, findings: { critical: 1, high: 2 } })

    expect(denied).toEqual([])
    expect(needsApproval).toEqual([
      {
        policy,
        because: 'in production, its image has 1 critical and 2 high findings, until 2027-01-02T00:00:00Z',
      },
    ])
  })
})

const asked: Question = {
  environment: 'production',
  process: 'default',
  caller: '111122223333:role/deploy',
  trigger: 'manual',
  strategies: ['canary', 'careful'],
  at: noon,
}
