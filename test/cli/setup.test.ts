import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Run, type Shop, openShop } from '../fakes/shop.ts'
import { temporaryFolder } from '../init/temporary-folder.ts'
import { runIn } from './images/run-in.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop({ isEmpty: true })
})
afterEach(() => shop.close())

const tapitYml = `app: shop
region: us-east-1
environments:
  staging: { region: eu-west-1 }
  production: {}
processes: { default: {} }
`

it('makes the table where tapit.yml has the environment', async () => {
  const here = await setupWith(tapitYml)
  const elsewhere = await setupWith(tapitYml, ['-e', 'staging'])

  expect(here.code).toBe(0)
  expect(here.stdout).toMatch(/^created the table "tapit" in us-east-1 for records/)
  // The sandbox is in one region alone.
  expect(elsewhere.code).toBe(3)
  expect(elsewhere.stderr).toContain("not 'eu-west-1': this sandbox is in us-east-1")
})

it('makes it with the profile of tapit.yml', async () => {
  const file = tapitYml.replace('production: {}', 'production: { profile: of-shop }')

  const { code, stderr } = await setupWith(file, [], {
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
  })

  expect(code).toBe(3)
  expect(stderr).toContain('there is no AWS profile "of-shop"')
})

it('makes it where somebody says, whatever tapit.yml has', async () => {
  const { code, stdout } = await setupWith(tapitYml, ['-e', 'staging'], { AWS_REGION: 'us-east-1' })

  expect(code).toBe(0)
  expect(stdout).toMatch(/^created the table "tapit" in us-east-1 /)
})

it.each([
  ['a tapit.yml that is broken', 'app: shop\nenvironments: [\n', [], 'tapit.yml:'],
  ['an environment that there is not', tapitYml, ['-e', 'stagin'], 'stagin'],
])('makes nothing by %s: it could be elsewhere', async (_, file, argv, message) => {
  const { code, stderr } = await setupWith(file, argv, { AWS_REGION: 'us-east-1' })

  expect(code).toBe(2)
  expect(stderr).toContain(message)
  expect(shop.sandbox.faults.count('CreateTable')).toBe(0)
})

it('needs no app', async () => {
  const { code, stdout } = await runIn(shop, '/', ['setup'], { TAPIT_APP: undefined })

  expect(code).toBe(0)
  expect(stdout).toBe('created the table "tapit" in us-east-1 for records, locks and approvals.\n')
})

function setupWith(
  file: string,
  argv: readonly string[] = [],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Run> {
  const folder = temporaryFolder({ 'tapit.yml': file })
  return runIn(shop, folder, [...argv, 'setup'], { TAPIT_APP: undefined, AWS_REGION: undefined, ...env })
}
