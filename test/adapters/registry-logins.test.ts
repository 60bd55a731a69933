import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { registryLogins } from '../../lib/adapters/registry-logins.ts'
import { fakeClock } from './fake-clock.ts'

const registry = '111122223333.dkr.ecr.eu-west-1.amazonaws.com'
const hour = 3_600_000

let home = ''
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tapit-logins-test-'))
  await docker({ auths: { [registry]: {} } })
})
afterEach(() => rm(home, { recursive: true, force: true }))

async function docker(settings: object): Promise<void> {
  await mkdir(join(home, '.docker'), { recursive: true })
  await writeFile(join(home, '.docker/config.json'), JSON.stringify(settings))
}

function logins({ now = 0, ...env }: { readonly now?: number; readonly [name: string]: unknown } = {}) {
  const variables: Record<string, string | undefined> = { HOME: home, AWS_PROFILE: 'shop' }
  for (const [name, value] of Object.entries(env)) variables[name] = String(value)
  return registryLogins({ env: variables, clock: fakeClock(now) })
}

const file = () => join(home, '.cache/tapit/registry-logins.json')

describe('a login', () => {
  it('is remembered from one command to the next, until an hour before its end', async () => {
    await logins().remember(registry, { host: registry, until: 12 * hour })

    expect(await logins({ now: 11 * hour - 1 }).recall(registry)).toBe(registry)
    expect(await logins({ now: 11 * hour }).recall(registry)).toBeUndefined()
  })

  it('is good for eleven hours where nobody said how long it is', async () => {
    await logins().remember(registry, { host: '127.0.0.1:5000' })
    await docker({ auths: { '127.0.0.1:5000': {} } })

    expect(await logins({ now: 11 * hour - 1 }).recall(registry)).toBe('127.0.0.1:5000')
    expect(await logins({ now: 11 * hour }).recall(registry)).toBeUndefined()
  })

  it.each([
    { what: 'another profile', env: { AWS_PROFILE: 'other' } },
    { what: 'other keys', env: { AWS_ACCESS_KEY_ID: 'AKIA2' } },
    { what: 'another endpoint', env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' } },
    { what: 'other settings of Docker', env: { DOCKER_CONFIG: '/elsewhere' } },
  ])('is not that of $what', async ({ env }) => {
    await logins().remember(registry, { host: registry })

    expect(await logins(env).recall(registry)).toBeUndefined()
  })

  it('is not that of another registry', async () => {
    await logins().remember(registry, { host: registry })

    expect(await logins().recall('444455556666.dkr.ecr.eu-west-1.amazonaws.com')).toBeUndefined()
  })

  it('is kept beside those of others, and forgotten alone', async () => {
    await logins().remember(registry, { host: registry })
    await logins({ AWS_PROFILE: 'other' }).remember(registry, { host: registry })
    await logins().forget(registry)

    expect(await logins().recall(registry)).toBeUndefined()
    expect(await logins({ AWS_PROFILE: 'other' }).recall(registry)).toBe(registry)
  })

  it.each([
    { what: 'an entry of its own', settings: { auths: { [registry]: {} } }, isKnown: true },
    {
      what: 'a helper for the registry',
      settings: { credHelpers: { [registry]: 'ecr-login' } },
      isKnown: true,
    },
    { what: 'a helper for ECR', settings: { credsStore: 'ecr-login' }, isKnown: true },
    { what: 'a store without the entry', settings: { credsStore: 'osxkeychain', auths: {} }, isKnown: false },
    { what: 'no entry, as after docker logout', settings: { auths: {} }, isKnown: false },
    { what: 'no settings at all', settings: {}, isKnown: false },
  ])('counts as Docker has $what', async ({ settings, isKnown }) => {
    await logins().remember(registry, { host: registry })
    await docker(settings)

    expect(await logins().recall(registry)).toBe(isKnown ? registry : undefined)
  })

  it('holds no key, and can be read and written by its user alone', async () => {
    await logins({ AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE' }).remember(registry, {
      host: registry,
      until: 12 * hour,
    })
    const [text, { mode }] = await Promise.all([readFile(file(), 'utf8'), stat(file())])

    expect(JSON.parse(text)).toEqual([
      { registry, host: registry, identity: expect.stringMatching(/^[0-9a-f]{16}$/), until: 11 * hour },
    ])
    expect((mode & 0o777).toString(8)).toBe('600')
    expect(await readdir(join(home, '.cache/tapit'))).toEqual(['registry-logins.json'])
  })

  it('stands below XDG_CACHE_HOME where that is set, and is a folder from the root', async () => {
    await logins({ XDG_CACHE_HOME: join(home, 'xdg') }).remember(registry, { host: registry })
    await logins({ XDG_CACHE_HOME: 'relative' }).remember(registry, { host: registry })

    expect(await readdir(join(home, 'xdg/tapit'))).toEqual(['registry-logins.json'])
    expect(await readdir(join(home, '.cache/tapit'))).toEqual(['registry-logins.json'])
  })
})

describe('a file that is not as it was left', () => {
  it.each([
    ['broken', '[{"registry":'],
    ['of another form', '{"registry": 1}'],
    ['with a host that is none', JSON.stringify([{ registry, host: 'a/../b', identity: 'x', until: 1 }])],
    ['empty', ''],
  ])('is as none where it is %s, and the next login mends it', async (_, text) => {
    await mkdir(join(home, '.cache/tapit'), { recursive: true })
    await writeFile(file(), text)
    const before = await logins().recall(registry)
    await logins().remember(registry, { host: registry })

    expect(before).toBeUndefined()
    expect(await logins().recall(registry)).toBe(registry)
  })

  it('is as none where others may write it', async () => {
    await logins().remember(registry, { host: registry })
    await chmod(file(), 0o666)

    expect(await logins().recall(registry)).toBeUndefined()
  })

  it('keeps nobody from working where it cannot be written', async () => {
    await writeFile(join(home, '.cache'), 'a file')
    await logins().remember(registry, { host: registry })
    await logins().forget(registry)

    expect(await logins().recall(registry)).toBeUndefined()
  })
})
