import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { profileEndpoint } from '../../lib/adapters/aws/profile-endpoint.ts'
import { temporaryFolder } from '../init/temporary-folder.ts'

afterEach(() => {
  delete process.env['AWS_CONFIG_FILE']
})

describe('profileEndpoint', () => {
  it.each([
    ['that of the profile', { AWS_PROFILE: 'eu' }, 'http://127.0.0.1:1'],
    [
      'none where the shell says one',
      { AWS_PROFILE: 'eu', AWS_ENDPOINT_URL: 'http://127.0.0.1:2' },
      undefined,
    ],
    [
      'none where the shell ignores them',
      { AWS_PROFILE: 'eu', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
      undefined,
    ],
    ['none where it is told apart by service', { AWS_PROFILE: 'apart' }, undefined],
    ['none of a profile without', { AWS_PROFILE: 'plain' }, undefined],
    ['none without a profile', {}, undefined],
  ])('is %s', async (_, env, endpoint) => {
    const folder = temporaryFolder()
    process.env['AWS_CONFIG_FILE'] = join(folder, 'config')
    writeFileSync(
      join(folder, 'config'),
      '[profile eu]\nendpoint_url = http://127.0.0.1:1\n[profile plain]\nregion = eu-west-1\n' +
        '[profile apart]\nendpoint_url = http://127.0.0.1:3\nservices = own\n[services own]\necs =\n  endpoint_url = http://127.0.0.1:4\n',
    )

    expect(await profileEndpoint(env)).toBe(endpoint)
  })
})
