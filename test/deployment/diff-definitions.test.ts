import { describe, expect, it } from 'vitest'
import { diffDefinitions } from '../../lib/deployment/diff-definitions.ts'

const secret = 'hunter2'

describe('the difference between two task definitions', () => {
  it('says values that cannot be secret', () => {
    const before = { cpu: '256', containerDefinitions: [{ name: 'web', image: 'shop:1', memory: 512 }] }
    const after = { cpu: '512', containerDefinitions: [{ name: 'web', image: 'shop:2' }] }

    expect(diffDefinitions(before, after)).toEqual([
      { path: 'containers.web.image', is: 'changed', before: 'shop:1', after: 'shop:2' },
      { path: 'containers.web.memory', is: 'removed', before: '512' },
      { path: 'cpu', is: 'changed', before: '256', after: '512' },
    ])
  })

  it.each([
    ['environment', { environment: [{ name: 'TOKEN', value: secret }] }, 'environment.TOKEN'],
    ['command', { command: ['migrate', secret] }, 'command.1'],
    ['entryPoint', { entryPoint: [secret] }, 'entryPoint.0'],
    ['dockerLabels', { dockerLabels: { 'dd.key': secret } }, 'dockerLabels.dd.key'],
    ['healthCheck', { healthCheck: { command: ['CMD-SHELL', secret] } }, 'healthCheck.command.1'],
    [
      'log options',
      { logConfiguration: { options: { 'splunk-token': secret } } },
      'logConfiguration.options.splunk-token',
    ],
    [
      'log options of a driver that has no such option',
      { logConfiguration: { options: { constructor: secret } } },
      'logConfiguration.options.constructor',
    ],
    [
      'firelens options',
      { firelensConfiguration: { type: 'fluentbit', options: { 'config-file-value': secret } } },
      'firelensConfiguration.options.config-file-value',
    ],
    ['what AWS may add', { novelty: { key: secret } }, 'novelty.key'],
  ])('hides values of %s, and says the names', (_, members, path) => {
    const changes = diffDefinitions(
      { containerDefinitions: [{ name: 'web' }] },
      { containerDefinitions: [{ name: 'web', ...members }] },
    )

    expect(changes).toContainEqual({ path: `containers.web.${path}`, is: 'added' })
    expect(JSON.stringify(changes)).not.toContain(secret)
  })

  it.each([
    [
      'proxyConfiguration.properties.AppPorts',
      { proxyConfiguration: { properties: [{ name: 'AppPorts', value: secret }] } },
    ],
    [
      'volumes.data.dockerVolumeConfiguration.driverOpts.o',
      { volumes: [{ name: 'data', dockerVolumeConfiguration: { driverOpts: { o: secret } } }] },
    ],
  ])('hides %s', (path, after) => {
    const changes = diffDefinitions({}, after)

    expect(changes).toEqual([{ path, is: 'added' }])
  })

  it('says where logs go and where secrets come from: no secrets themselves', () => {
    const changes = diffDefinitions(
      { containerDefinitions: [{ name: 'web' }] },
      {
        containerDefinitions: [
          {
            name: 'web',
            logConfiguration: {
              logDriver: 'awslogs',
              options: { 'awslogs-group': '/shop', mode: 'non-blocking' },
              secretOptions: [{ name: 'key', valueFrom: 'arn:key' }],
            },
            secrets: [{ name: 'TOKEN', valueFrom: 'arn:token' }],
            healthCheck: { interval: 5 },
          },
        ],
      },
    )

    expect(changes.map(({ path, after }) => [path, after])).toEqual([
      ['containers.web.healthCheck.interval', '5'],
      ['containers.web.logConfiguration.logDriver', 'awslogs'],
      ['containers.web.logConfiguration.options.awslogs-group', '/shop'],
      ['containers.web.logConfiguration.options.mode', 'non-blocking'],
      ['containers.web.logConfiguration.secretOptions.key', 'arn:key'],
      ['containers.web.secrets.TOKEN', 'arn:token'],
    ])
  })

  it('says where a file system is mounted from', () => {
    const volume = { name: 'data', efsVolumeConfiguration: { fileSystemId: 'fs-1' } }

    expect(diffDefinitions({}, { volumes: [volume] })).toEqual([
      { path: 'volumes.data.efsVolumeConfiguration.fileSystemId', is: 'added', after: 'fs-1' },
    ])
  })

  it('leaves out what ECS assigns, and the order of variables', () => {
    const one = { name: 'A', value: '1' }
    const other = { name: 'B', value: '2' }

    const changes = diffDefinitions(
      { family: 'a', revision: 1, containerDefinitions: [{ name: 'web', environment: [one, other] }] },
      { family: 'b', revision: 2, containerDefinitions: [{ name: 'web', environment: [other, one] }] },
    )

    expect(changes).toEqual([])
  })
})
