import { describe, expect, it } from 'vitest'
import { compareVersions } from '../../../lib/actions/diff/compare-versions.ts'
import type { Version } from '../../../lib/actions/diff/version.ts'

const secret = 'hunter2'

describe('the differences of two versions', () => {
  it.each<[string, Partial<Version>, Partial<Version>, object]>([
    ['the image', { imageDigest: 'a' }, { imageDigest: 'b' }, { what: 'image', before: 'a', after: 'b' }],
    ['the commit', { gitHash: 'a' }, { gitHash: 'b' }, { what: 'commit', before: 'a', after: 'b' }],
    [
      'the strategy',
      { strategy: 'rolling' },
      { strategy: 'careful' },
      { what: 'strategy', before: 'rolling', after: 'careful' },
    ],
    ['how many run', { desired: 2 }, { desired: 3 }, { what: 'count', before: '2', after: '3' }],
    [
      'how many were configured, where one of them does not run',
      { configuredCount: 2, desired: 5 },
      { configuredCount: 4 },
      { what: 'count', before: '2', after: '4' },
    ],
  ])('say %s', (_, before, after, difference) => {
    expect(compareVersions(version(before), version(after))).toEqual([{ is: 'changed', ...difference }])
  })

  it.each<[string, object, object, object]>([
    [
      'added',
      {},
      { environment: [{ name: 'TOKEN', value: secret }] },
      { what: 'variable', name: 'TOKEN', is: 'added' },
    ],
    [
      'changed',
      { environment: [{ name: 'TOKEN', value: 'old' }] },
      { environment: [{ name: 'TOKEN', value: secret }] },
      { what: 'variable', name: 'TOKEN', is: 'changed' },
    ],
    [
      'removed',
      { environment: [{ name: 'TOKEN', value: secret }] },
      {},
      { what: 'variable', name: 'TOKEN', is: 'removed' },
    ],
  ])('name a variable that was %s, never its value', (_, before, after, difference) => {
    const found = compareVersions(version({ definition: web(before) }), version({ definition: web(after) }))

    expect(found).toEqual([difference])
    expect(JSON.stringify(found)).not.toContain(secret)
  })

  it.each<[string, object, object, object]>([
    [
      'a secret, by its name and where it lies',
      { secrets: [{ name: 'KEY', valueFrom: '/one' }] },
      { secrets: [{ name: 'KEY', valueFrom: '/two' }] },
      { what: 'secret', name: 'KEY', is: 'changed', before: '/one', after: '/two' },
    ],
    [
      'a command as a whole, and not its words',
      { command: ['node', secret] },
      { command: ['node', 'server.js', '--fast'] },
      { what: 'command', is: 'changed' },
    ],
    ['a command that is new', {}, { command: ['node', secret] }, { what: 'command', is: 'added' }],
    [
      'anything else by its path',
      { user: 'root' },
      { user: 'node' },
      { what: 'other', name: 'containers.web.user', is: 'changed', before: 'root', after: 'node' },
    ],
  ])('tell %s', (_, before, after, difference) => {
    const found = compareVersions(version({ definition: web(before) }), version({ definition: web(after) }))

    expect(found).toEqual([difference])
    expect(JSON.stringify(found)).not.toContain(secret)
  })

  it('tell the size, and what a sidecar runs', () => {
    const before = { cpu: '256', memory: '512', containerDefinitions: [{ name: 'proxy', image: 'envoy:1' }] }
    const after = { cpu: '512', memory: '1024', containerDefinitions: [{ name: 'proxy', image: 'envoy:2' }] }

    expect(compareVersions(version({ definition: before }), version({ definition: after }))).toEqual([
      { what: 'other', name: 'containers.proxy.image', is: 'changed', before: 'envoy:1', after: 'envoy:2' },
      { what: 'cpu', is: 'changed', before: '256', after: '512' },
      { what: 'memory', is: 'changed', before: '512', after: '1024' },
    ])
  })

  it.each<[string, Partial<Version>, Partial<Version>]>([
    [
      'one image under two tags',
      { imageDigest: 'a', dockerTag: 'v1' },
      { imageDigest: 'a', dockerTag: 'v2' },
    ],
    [
      'what is known of one alone',
      { gitHash: 'a', definition: web({ user: 'root' }) },
      { strategy: 'rolling' },
    ],
    [
      'a container that is called otherwise in another environment',
      { container: 'web', definition: web({ user: 'node' }) },
      { container: 'app', definition: { containerDefinitions: [{ name: 'app', user: 'node' }] } },
    ],
    [
      'a repository of another account',
      { definition: web({ image: '111.dkr.ecr.eu-west-1.amazonaws.com/shop@sha256:a' }) },
      { definition: web({ image: '222.dkr.ecr.eu-west-1.amazonaws.com/shop@sha256:a' }) },
    ],
  ])('leave out %s', (_, before, after) => {
    expect(compareVersions(version(before), version(after))).toEqual([])
  })
})

function version(over: Partial<Version>): Version {
  return { process: 'default', container: 'web', ...over }
}

function web(members: object): Readonly<Record<string, unknown>> {
  return { containerDefinitions: [{ name: 'web', ...members }] }
}
