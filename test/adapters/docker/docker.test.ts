import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openDocker } from '../../../lib/adapters/docker/docker.ts'
import { systemClock } from '../../../lib/adapters/system-clock.ts'
import type { Docker } from '../../../lib/build/ports.ts'
import { fails, type StandIn, standInDocker } from './stand-in-docker.ts'

let standIn: StandIn | undefined
afterEach(() => standIn?.remove())

async function docker(answer: string, env = {}): Promise<Docker> {
  standIn = await standInDocker(answer)
  return openDocker({ env: { ...standIn.env, ...env }, clock: systemClock })
}

const { signal } = new AbortController()
const index = '{"manifests":[]}'
const image = '{"layers":[]}'
const copy = { from: 'a.example.com/shop:v1', to: 'b.example.com/shop:v1' }
const oldBuildx = fails("unknown flag: --prefer-index\nSee 'docker buildx imagetools create --help'.")

describe('docker', () => {
  it('copies by digest, as it is, and looks at the copy', async () => {
    const subject = await docker(`case "$*" in *--raw*) printf '%s' '${index}';; esac`)

    const copied = await subject.copy(copy, { signal })

    const { digest } = copied as { digest: string }
    expect(copied).toEqual({ is: 'copied', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) })
    expect(await standIn?.calls()).toEqual([
      'buildx imagetools inspect --raw a.example.com/shop:v1',
      `buildx imagetools create --prefer-index=false --tag=b.example.com/shop:v1 a.example.com/shop@${digest}`,
      'buildx imagetools inspect --raw b.example.com/shop:v1',
    ])
  })

  it('copies an index with a buildx before 0.15, too', async () => {
    const subject = await docker(
      `case "$*" in *--raw*) printf '%s' '${index}';; *--prefer-index*) ${oldBuildx};; esac`,
    )

    const copied = await subject.copy(copy, { signal })

    expect(copied).toMatchObject({ is: 'copied' })
    expect((await standIn?.calls())?.[2]).toMatch(/^buildx imagetools create --tag=b.example.com\/shop:v1 /)
  })

  it('copies nothing that an old buildx would change', async () => {
    const subject = await docker(
      `case "$*" in *--raw*) printf '%s' '${image}';; *--prefer-index*) ${oldBuildx};; esac`,
    )

    const copied = await subject.copy(copy, { signal })

    expect(copied).toMatchObject({
      failure: { code: 'engine_unfit', advice: expect.stringContaining('0.15') },
    })
    expect(await standIn?.calls()).toHaveLength(2)
  })

  it('logs in by stdin', async () => {
    const subject = await docker(
      `read -r password || :; printf '%s' "$password" > '/dev/stderr'; [ "$password" = 'hunter2' ]`,
    )

    await subject.login({ registry: 'https://a.example.com', username: 'AWS', password: 'hunter2' })

    expect(await standIn?.calls()).toEqual(['login --username=AWS --password-stdin a.example.com'])
  })

  it('refuses a login that fails, without the password', async () => {
    const subject = await docker(fails('Error response from daemon: hunter2 is a silly password'))

    const login = subject.login({ registry: 'a.example.com', username: 'AWS', password: 'hunter2' })

    await expect(login).rejects.toMatchObject({
      code: 'login_failed',
      message: 'docker login at a.example.com failed: Docker failed: *** is a silly password',
    })
  })

  it.each([
    [{ credHelpers: { 'a.example.com': 'ecr-login' } }, 'ecr-login'],
    [{ credsStore: 'desktop', credHelpers: { 'b.example.com': 'ecr-login' } }, 'desktop'],
    [{ auths: { 'a.example.com': {} } }, undefined],
    [{ credHelpers: ['a.example.com'] }, undefined],
    ['nothing', undefined],
  ])('finds in the settings %j the helper %s', async (settings, helper) => {
    const subject = await docker('')
    await mkdir(join(String(standIn?.folder), '.docker'))
    await writeFile(join(String(standIn?.folder), '.docker/config.json'), JSON.stringify(settings))

    expect(await subject.credentialHelper('https://a.example.com')).toBe(helper)
  })

  it('finds no helper without settings, and looks where DOCKER_CONFIG says', async () => {
    const subject = await docker('', { DOCKER_CONFIG: '/nonexistent' })

    expect(await subject.credentialHelper('a.example.com')).toBeUndefined()
  })

  it('knows the platforms of all nodes', async () => {
    const subject = await docker(
      String.raw`printf 'Name: x\nNodes:\nPlatforms: linux/amd64, linux/amd64/v2\n\nPlatforms: linux/arm64*, linux/amd64\n'`,
    )

    expect(await subject.platforms()).toEqual(['linux/amd64', 'linux/amd64/v2', 'linux/arm64'])
  })

  it('starts a builder that never ran, for it knows no platforms', async () => {
    const subject = await docker(
      String.raw`case "$*" in *--bootstrap*) printf 'Platforms: linux/arm64\n';; *) printf 'Status: inactive\n';; esac`,
    )

    expect(await subject.platforms()).toEqual(['linux/arm64'])
  })

  it('refuses a builder whose engine is gone, though buildx ends well', async () => {
    const subject = await docker(
      String.raw`printf 'Name: default\nError: Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?\n'`,
    )

    await expect(subject.platforms()).rejects.toMatchObject({ code: 'engine_not_running' })
  })

  it('shows what BuildKit’s checks found, but not that a base image cannot be reached', async () => {
    const answer = JSON.stringify({
      warnings: [
        {
          ruleName: 'JSONArgsRecommended',
          detail: 'use JSON for CMD',
          location: { ranges: [{ start: { line: 4 } }] },
        },
        { ruleName: 'StageNameCasing', description: 'Stage names should be lowercase' },
      ],
      buildError: { message: 'failed to resolve source metadata for docker.io/library/node:20' },
    })
    const subject = await docker(`printf '%s' '${answer}'; exit 1`)

    const found = await subject.check({ context: '/src', dockerfile: '/src/Dockerfile' })

    expect(found).toEqual([
      'line 4: JSONArgsRecommended: use JSON for CMD',
      'StageNameCasing: Stage names should be lowercase',
    ])
  })

  it.each([
    [
      'buildx 0.13',
      fails("unknown flag: --call\nSee 'docker buildx build --help'."),
      '--print=targets,format=json',
    ],
    [
      'an engine without checks',
      fails('ERROR: unsupported request frontend.lint'),
      '--call=targets,format=json',
    ],
  ])('reads a Dockerfile with %s, too', async (_what, refusal, call) => {
    const subject = await docker(
      `case "$*" in *${call}*) ${fails('ERROR: dockerfile parse error on line 3: unknown instruction: COPPY')};; *) ${refusal};; esac`,
    )

    const found = await subject.check({ context: '/src', dockerfile: '/src/Dockerfile' })

    expect(found).toEqual([expect.stringContaining('line 3: unknown instruction: COPPY')])
  })
})
