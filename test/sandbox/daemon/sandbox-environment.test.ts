import { describe, expect, it } from 'vitest'
import { sandboxEnvironment } from '../../../lib/sandbox/daemon/sandbox-environment.ts'
import { callerOfKey } from '../../../lib/sandbox/sts/sandbox-callers.ts'
import { sandboxHome } from '../../../lib/sandbox/daemon/sandbox-home.ts'

const at = { url: 'http://127.0.0.1:1234', region: 'us-east-1' }

describe('the environment of the sandbox', () => {
  it('leads every client to the sandbox', () => {
    expect(sandboxEnvironment({ ...at, env: {} })).toMatchObject({
      AWS_ENDPOINT_URL: at.url,
      AWS_ACCESS_KEY_ID: 'sandbox',
      AWS_SECRET_ACCESS_KEY: 'sandbox',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    })
  })

  it.each([
    ['bob', { role: 'bob', session: 'bob' }],
    ['senior/ada', { role: 'senior', session: 'ada' }],
    ['', { role: 'sandbox', session: 'tapit' }],
    ['Bob; rm', { role: 'sandbox', session: 'tapit' }],
  ])('makes of TAPIT_SANDBOX_CALLER=%s an access key that STS knows', (name, caller) => {
    const { AWS_ACCESS_KEY_ID: key = '' } = sandboxEnvironment({
      ...at,
      env: { TAPIT_SANDBOX_CALLER: name },
    })

    expect(callerOfKey(key)).toEqual(caller)
  })

  it.each([
    'AWS_PROFILE',
    'AWS_SESSION_TOKEN',
    'AWS_ENDPOINT_URL_ECS',
    'AWS_ENDPOINT_URL_DYNAMODB',
    'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  ])('unsets %s, which would lead elsewhere', name => {
    const environment = sandboxEnvironment({ ...at, env: { [name]: 'x' } })

    expect(Object.keys(environment)).toContain(name)
    expect(environment[name]).toBeUndefined()
  })

  it('keeps requests to it out of a proxy', () => {
    const env = { http_proxy: 'http://proxy:3128', NO_PROXY: 'internal' }

    expect(sandboxEnvironment({ ...at, env })).toMatchObject({ NO_PROXY: 'internal,127.0.0.1,localhost' })
  })
})

it.each([
  [{ TAPIT_SANDBOX_HOME: '/a' }, '/a'],
  [{ XDG_STATE_HOME: '/b' }, '/b/tapit/sandbox'],
  [
    { TAPIT_SANDBOX_HOME: '', XDG_STATE_HOME: '' },
    expect.stringMatching(/\/\.local\/state\/tapit\/sandbox$/),
  ],
])('with %j its home is %s', (env, home) => {
  expect(sandboxHome(env)).toEqual(home)
})
