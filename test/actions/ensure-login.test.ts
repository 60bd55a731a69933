import { expect, it } from 'vitest'
import { ensureLogin } from '../../lib/actions/images/ensure-login.ts'
import type { LoginMeans, RegistryLogins } from '../../lib/actions/images/login.ts'
import type { Ports } from '../../lib/actions/ports.ts'

const registry = '111122223333.dkr.ecr.eu-west-1.amazonaws.com'
const repository = `${registry}/shop`

/** Docker, AWS and a memory, all of which tell what they were asked. */
function means({
  remembered = false,
  fails = 0,
  helper,
}: { remembered?: boolean; fails?: number; helper?: string } = {}) {
  const asked: string[] = []
  const memory = new Map(remembered ? [[registry, registry]] : [])
  let failures = fails
  const logins: RegistryLogins = {
    recall: async each => memory.get(each),
    remember: async (each, { host }) => void memory.set(each, host),
    forget: async each => void memory.delete(each),
  }
  const all: LoginMeans = {
    logins,
    docker: {
      login: async ({ registry: host, password }) => {
        if (failures-- > 0) throw new Error('no')
        asked.push(`docker login ${host} ${password}`)
      },
      credentialHelper: async () => helper,
    },
    ports: {
      clock: { now: () => 0 },
      imageStore: {
        authorization: async (uri: string) => {
          asked.push(`authorization ${uri}`)
          return { username: 'AWS', password: 'secret', endpoint: `https://${registry}`, expiresAt: 1 }
        },
      } as unknown as Ports['imageStore'],
    },
  }
  return { asked, memory, access: ensureLogin(all) }
}

it('logs in once a registry, whoever asks and how many at once', async () => {
  const { access, asked } = means()
  const hosts = await Promise.all([access.hostOf(repository), access.hostOf(`${registry}/shop/worker`)])
  await access.hostOf(repository)

  expect(hosts).toEqual([registry, registry])
  expect(asked).toEqual([`authorization ${repository}`, `docker login ${registry} secret`])
})

it('asks neither AWS nor Docker where somebody logged in lately', async () => {
  const { access, asked } = means({ remembered: true })

  expect(await access.hostOf(repository)).toBe(registry)
  expect(asked).toEqual([])
})

it('remembers a login', async () => {
  const { access, memory } = means()
  await access.hostOf(repository)

  expect([...memory]).toEqual([[registry, registry]])
})

it('logs in again, once, where the registry does not take what was remembered', async () => {
  const { access, asked } = means({ remembered: true })
  await Promise.all([access.hostOf(repository), access.hostOf(`${registry}/worker`)])
  const first = await access.forget(repository)
  await access.hostOf(repository)
  const second = await access.forget(`${registry}/worker`)
  await access.hostOf(`${registry}/worker`)

  expect([first, second]).toEqual([true, true])
  expect(asked).toEqual([`authorization ${repository}`, `docker login ${registry} secret`])
})

it('knows that another login does not help where this one is new', async () => {
  const { access } = means()
  await access.hostOf(repository)

  expect(await access.forget(repository)).toBe(false)
})

it('tries again after a login that failed', async () => {
  const { access } = means({ fails: 1 })

  await expect(access.hostOf(repository)).rejects.toThrow('no')
  expect(await access.hostOf(repository)).toBe(registry)
})

it('leaves the login to a credential helper for ECR', async () => {
  const { access, asked } = means({ helper: 'ecr-login' })

  expect(await access.hostOf(repository)).toBe(registry)
  expect(asked).toEqual([`authorization ${repository}`])
})
