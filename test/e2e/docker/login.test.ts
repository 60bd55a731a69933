import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dockerEngine, newDockerConfig } from '../support/docker-engine.ts'
import { openWorkbench, type Workbench } from './workbench.ts'

const engine = await dockerEngine()

describe.skipIf(engine === undefined)('at the real Docker', () => {
  let bench: Workbench
  beforeAll(async () => {
    if (engine !== undefined) bench = await openWorkbench(engine)
  })
  afterAll(async () => {
    await bench?.close()
    await engine?.close()
  })

  it('logs in at two registries at once', async () => {
    const config = await newDockerConfig(await bench.context({}))
    const docker = bench.docker({ DOCKER_CONFIG: config })
    const { username, password, host } = bench.registry

    await Promise.all([
      docker.login({ registry: `http://${host}`, username, password }),
      docker.login({ registry: String(engine?.registry), username, password: String(engine?.password) }),
    ])

    const { auths } = JSON.parse(await readFile(join(config, 'config.json'), 'utf8'))
    expect(new Set(Object.keys(auths))).toEqual(new Set([host, engine?.registry]))
  })

  it('refuses a wrong password without showing it', async () => {
    const password = 'not-the-password'

    const refusal: any = await bench
      .docker()
      .login({ registry: bench.registry.host, username: 'AWS', password })
      .catch((error: unknown) => error)

    expect(refusal).toMatchObject({ code: 'registry_unauthorized', exitCode: 3 })
    expect(`${refusal.message}${refusal.advice}${refusal.stack}`).not.toContain(password)
  })

  it('knows the platforms that the builder runs', async () => {
    const platforms = await bench.docker().platforms()

    expect(platforms).toContain(process.arch === 'arm64' ? 'linux/arm64' : 'linux/amd64')
  })

  it('looks a Dockerfile over', async () => {
    const good = await bench.context({ Dockerfile: 'FROM nosuch.invalid/base:1\nRUN true\nCMD ["true"]\n' })
    const bad = await bench.context({ Dockerfile: 'FROM scratch\n\nCOPPY . /\n' })
    const check = (context: string): Promise<readonly string[]> =>
      bench.docker().check({ context, dockerfile: join(context, 'Dockerfile') })

    const [ofGood, ofBad] = await Promise.all([check(good), check(bad)])

    expect(ofGood).toEqual([])
    expect(ofBad).toEqual([expect.stringMatching(/line 3.*COPPY/)])
  })
})
