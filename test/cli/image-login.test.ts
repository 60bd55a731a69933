import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openShop, type Shop } from '../fakes/shop.ts'

let shop: Shop
let home: string
beforeEach(async () => {
  shop = await openShop()
  home = await mkdtemp(join(tmpdir(), 'tapit-login-test-'))
})
afterEach(async () => {
  await shop.close()
  await rm(home, { recursive: true, force: true })
})

/** A `docker` that writes down what it is given, says this, and ends so. */
async function docker({ says = '', code = 0 } = {}): Promise<Readonly<Record<string, string>>> {
  const program = `#!/bin/sh\nenv > "${home}/env"\necho "$@" >> "${home}/argv"\nPASSWORD=$(cat)\necho "$PASSWORD" >> "${home}/stdin"\necho "${says}" >&2\nexit ${code}\n`
  await writeFile(join(home, 'docker'), program)
  await chmod(join(home, 'docker'), 0o755)
  return { PATH: `${home}:${process.env['PATH'] ?? ''}`, HOME: home, XDG_CACHE_HOME: join(home, 'cache') }
}

const login = (env: Readonly<Record<string, string>>, ...more: readonly string[]) =>
  shop.start(['image', 'login', ...more], env).ended

const written = (name: string) => readFile(join(home, name), 'utf8')

it('logs Docker in once a registry, by stdin, and says until when', async () => {
  const { code, stdout } = await login(await docker())

  const argv = (await written('argv')).trim().split('\n')
  expect(code).toBe(0)
  expect(argv).toEqual([expect.stringMatching(/^login --username=AWS --password-stdin 127\.0\.0\.1:\d+$/)])
  expect(stdout).toMatch(
    /^Docker is logged in to 127\.0\.0\.1:\d+ until (?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\dZ, for (?:11|12) h\.\n$/,
  )
})

it('answers the same as JSON', async () => {
  const { stdout } = await login(await docker(), '-o', 'json')

  expect(JSON.parse(stdout)).toEqual({
    schemaVersion: 1,
    registries: [
      {
        registry: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        until: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
    ],
  })
})

it.each([[[]], [['--debug']], [['-o', 'json']], [['--verbose', '--debug', '-o', 'json']]])(
  'shows the password nowhere when Docker fails, not even with %j',
  async more => {
    const { code, stdout, stderr } = await login(
      await docker({ says: 'Error: unauthorized: $PASSWORD', code: 1 }),
      ...more,
    )

    const password = (await written('stdin')).trim()
    expect(code).toBe(3)
    expect(password.length).toBeGreaterThan(10)
    for (const text of [stdout, stderr, await written('env'), await written('argv')])
      expect(text).not.toContain(password)
  },
)

it('leaves it to a credential helper for ECR, and says so', async () => {
  const env = await docker()
  const settings = JSON.stringify({ credsStore: 'ecr-login' })
  await writeFile(join(home, 'config.json'), settings)
  const { code, stdout } = await login({ ...env, DOCKER_CONFIG: home })
  const { stdout: json } = await login({ ...env, DOCKER_CONFIG: home }, '-o', 'json')

  expect(code).toBe(0)
  expect(stdout).toMatch(
    /^Docker asks its credential helper ecr-login whenever it needs 127\.0\.0\.1:\d+: there is nothing to log in to\.\n$/,
  )
  expect(JSON.parse(json).registries).toEqual([{ registry: expect.any(String), helper: 'ecr-login' }])
  await expect(written('argv')).rejects.toMatchObject({ code: 'ENOENT' })
})

it('logs in where a helper only stores what it is given', async () => {
  const env = await docker()
  await writeFile(join(home, 'config.json'), JSON.stringify({ credsStore: 'osxkeychain' }))
  const { code } = await login({ ...env, DOCKER_CONFIG: home })

  expect(code).toBe(0)
  expect(await written('argv')).toMatch(/^login /)
})

it('refuses where there is no Docker', async () => {
  const { code, stderr } = await login({ PATH: home, HOME: home })

  expect(code).toBe(3)
  expect(stderr).toMatch(/^tapit: there is no `docker`/)
})

it('refuses an app that there is not, before Docker is asked for anything', async () => {
  const { code } = await login(await docker(), '-a', 'shpo')

  expect(code).toBe(3)
  await expect(written('argv')).rejects.toMatchObject({ code: 'ENOENT' })
})
