import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Variables } from './variables.ts'

/** The helper that Docker's own settings name for a registry, without its prefix `docker-credential-`. */
export async function configuredHelper(registry: string, env: Variables): Promise<string | undefined> {
  const settings = await dockerSettings(env)
  const host = registry.replace(/^https?:\/\//, '').replace(/\/.*$/, '')
  return textIn(memberOf(settings, 'credHelpers'), host) ?? textIn(settings, 'credsStore')
}

/** Nothing, where there are none or they cannot be read: Docker itself says so when it needs them. */
async function dockerSettings(env: Variables): Promise<unknown> {
  const folder = env['DOCKER_CONFIG'] || join(env['HOME'] || homedir(), '.docker')
  try {
    return JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'))
  } catch {
    return undefined
  }
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return Object.getOwnPropertyDescriptor(value, name)?.value
}

function textIn(value: unknown, name: string): string | undefined {
  const found = memberOf(value, name)
  return typeof found === 'string' && found !== '' ? found : undefined
}
