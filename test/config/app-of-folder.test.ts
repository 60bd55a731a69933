import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { appOfFolder } from '../../lib/config/app-of-folder.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapit-config-'))
})
afterEach(() => rm(folder, { recursive: true }))

const write = (text: string): Promise<void> => writeFile(join(folder, 'tapit.yml'), text)

describe('what the deploy commands read of a tapit.yml', () => {
  it('is the app and its region', async () => {
    await write('app: shop\nregion: eu-west-1\n')

    expect(appOfFolder(folder)).toEqual({
      app: 'shop',
      cluster: 'shop',
      region: 'eu-west-1',
      file: 'tapit.yml',
    })
  })

  it('is found from a folder below', async () => {
    await write('app: shop\n')
    await mkdir(join(folder, 'services', 'web'), { recursive: true })

    expect(appOfFolder(join(folder, 'services', 'web'))).toMatchObject({
      app: 'shop',
      file: '../../tapit.yml',
    })
  })

  it('is nothing where there is none', () => {
    expect(appOfFolder(folder)).toBeUndefined()
  })

  it.each([
    [undefined, { cluster: 'shop', region: 'eu-west-1', profile: 'shop-prod' }],
    ['production', { cluster: 'shop', region: 'eu-west-1', profile: 'shop-prod' }],
    ['staging', { cluster: 'shop-test', region: 'us-east-1' }],
    ['qa', { cluster: 'shop-qa', region: 'eu-west-1' }],
  ])('in the environment %s has its own cluster, region and profile', async (environment, place) => {
    await write(`app: shop
region: eu-west-1
environments:
  production: { profile: shop-prod }
  staging: { cluster: shop-test, region: us-east-1 }
  qa:
`)

    expect(appOfFolder(folder, { environment })).toEqual({ app: 'shop', file: 'tapit.yml', ...place })
  })

  it('has any environment where the file lists none', async () => {
    await write('app: shop\n')

    expect(appOfFolder(folder, { environment: 'staging' })).toMatchObject({ cluster: 'shop-staging' })
  })

  it.each([
    ['stagign', /no environment "stagign" in tapit\.yml\. Did you mean staging\? Allowed: staging, qa\./],
    [undefined, /no environment "production" in tapit\.yml\. Allowed: staging, qa\./],
  ])('is refused in the environment %s that the file does not list', async (environment, says) => {
    await write('app: shop\nenvironments: { staging: , qa: }\n')

    expect(() => appOfFolder(folder, { environment })).toThrow(says)
  })

  it.each([
    ['an unknown key', 'app: shop\nprocesess: {}\n'],
    ['a key that stands there twice', 'app: shop\nprocesses:\n  default:\n  default:\n'],
    ['an alias of nothing', 'app: shop\nprocesses: *processes\n'],
    ['values of another kind', 'app: shop\nregion: 3\nenvironments: [production]\n'],
    ['aliases that multiply', `app: shop\n${multiplying()}`],
  ])('does not mind %s', async (_, text) => {
    await write(text)

    expect(appOfFolder(folder)).toEqual({ app: 'shop', cluster: 'shop', file: 'tapit.yml' })
  })

  it.each([
    ['no app', 'region: eu-west-1\n', /tapit\.yml does not say which app it is\./],
    ['an app that is a number', 'app: 3\n', /does not say which app/],
    ['an empty file', '', /does not say which app/],
    ['no YAML', 'app: shop\n\tregion: eu-west-1\n', /^tapit\.yml:2:1: not valid YAML: a tab cannot indent/],
    ['two documents', 'app: shop\n---\napp: other\n', /^tapit\.yml:2:1: a second document/],
    ['too much', `app: shop\n#${'x'.repeat(256 * 1024)}`, /is 257 KB; at most 256 KB are read\./],
  ])('is refused with %s', async (_, text, says) => {
    await write(text)

    expect(() => appOfFolder(folder)).toThrow(says)
  })
})

describe('the modules that the deploy commands load for it', () => {
  it('are neither the schema nor zod: the start of every command would wait for them', () => {
    const loaded = modulesOf('lib/config/app-of-folder.ts')

    expect(loaded).toContain('yaml')
    expect(loaded).toContain('lib/config/yaml/read-yaml.ts')
    expect(loaded.filter(name => name === 'zod' || name.includes('schema'))).toEqual([])
  })
})

/** A module and all that it imports, packages by their names; types are not loaded. */
function modulesOf(file: string, seen: Set<string> = new Set()): readonly string[] {
  if (seen.has(file)) return []
  seen.add(file)
  const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
  const imported = [...text.matchAll(/^import (?!type )[^'"]*?from '([^']+)'/gm)].map(([, name = '']) => name)
  for (const name of imported) {
    if (name.startsWith('.')) modulesOf(join(dirname(file), name), seen)
    else seen.add(name)
  }
  return [...seen]
}

function multiplying(): string {
  const levels = Array.from(
    { length: 9 },
    (_, level) => `x${level + 1}: &x${level + 1} [${Array(9).fill(`*x${level}`).join(', ')}]`,
  )
  return `x0: &x0 [lol]\n${levels.join('\n')}\n`
}
