import { describe, expect, it } from 'vitest'
import { namedApps } from '../../lib/cli/places/named-apps.ts'
import { placeOfApp } from '../../lib/cli/places/place-of-app.ts'
import { environmentsOfFolder } from '../../lib/config/environments-of-folder.ts'
import { clusterName } from '../../lib/names/aws.ts'
import { temporaryFolder } from '../init/temporary-folder.ts'

const tapitYml = `app: shop
region: eu-west-1
environments:
  eu: { profile: shop-eu }
  us: { region: us-west-2, account: "444455556666", cluster: america }
  us-east: { region: us-east-1, profile: shop-us-east, cluster: america }
  apac: { region: ap-southeast-2, cluster: shop-apac }
groups:
  everywhere: [eu, us]
processes: { default: }
`

const eu = { cluster: 'shop-eu', region: 'eu-west-1', profile: 'shop-eu', isRegionSaid: false }
const apac = { cluster: 'shop-apac', region: 'ap-southeast-2', isRegionSaid: false }
const us = { cluster: 'america', region: 'us-west-2', account: '444455556666', isRegionSaid: false }

describe('apps=', () => {
  it.each([
    ['an environment', ['eu'], [{ ...eu, said: 'eu' }]],
    ['the cluster of an environment', ['shop-apac'], [{ ...apac, said: 'shop-apac' }]],
    [
      'a group',
      ['everywhere'],
      [
        { ...eu, said: 'eu' },
        { ...us, said: 'us' },
      ],
    ],
    [
      'each once',
      ['us', 'everywhere', 'america@us-west-2'],
      [
        { ...us, said: 'us' },
        { ...eu, said: 'eu' },
      ],
    ],
    [
      'an app of its own, where the folder is unless the shell says otherwise',
      ['admin'],
      [{ said: 'admin', cluster: 'admin', isRegionSaid: false, folderRegion: 'eu-west-1' }],
    ],
    [
      'an app and its region',
      ['admin@ap-southeast-2'],
      [{ said: 'admin@ap-southeast-2', cluster: 'admin', region: 'ap-southeast-2', isRegionSaid: true }],
    ],
    [
      'an environment by its cluster and region, with its profile',
      ['shop-eu@eu-west-1'],
      [{ ...eu, said: 'shop-eu@eu-west-1', isRegionSaid: true }],
    ],
    [
      'one of two that are called the same',
      ['america@us-east-1'],
      [
        {
          said: 'america@us-east-1',
          cluster: 'america',
          region: 'us-east-1',
          profile: 'shop-us-east',
          isRegionSaid: true,
        },
      ],
    ],
    [
      'a cluster of that name elsewhere, without',
      ['shop-eu@us-west-2'],
      [{ said: 'shop-eu@us-west-2', cluster: 'shop-eu', region: 'us-west-2', isRegionSaid: true }],
    ],
  ])('takes %s', (_, words, apps) => {
    expect(namedApps(words, environmentsOfFolder(temporaryFolder({ 'tapit.yml': tapitYml })))).toEqual(apps)
  })

  it('takes apps where there is no tapit.yml', () => {
    expect(namedApps(['shop', 'admin'], undefined).map(({ cluster }) => cluster)).toEqual(['shop', 'admin'])
  })

  it.each(['shop@', '@us-west-2', 'shop@mars', 'a b', 'shop@us-west-2@x', '..'])('refuses %j', word => {
    expect(() => namedApps([word], undefined)).toThrow(`"${word}" names no app.`)
  })

  it('refuses a cluster that several environments have, in places of their own, and says what to write', () => {
    const folder = temporaryFolder({ 'tapit.yml': tapitYml })

    expect(() => namedApps(['america'], environmentsOfFolder(folder))).toThrow(
      expect.objectContaining({
        code: 'ambiguous_app',
        exitCode: 2,
        message: '"america" is the app of several environments of tapit.yml: us, us-east.',
        advice: 'Say which by its name: apps=us, or all of them: apps=us,us-east',
      }),
    )
  })

  it('refuses a cluster and region that two accounts have', () => {
    const folder = temporaryFolder({ 'tapit.yml': tapitYml.replace('us-east-1', 'us-west-2') })

    expect(() => namedApps(['america@us-west-2'], environmentsOfFolder(folder))).toThrow(
      '"america@us-west-2" is the app of several environments of tapit.yml: us, us-east.',
    )
  })

  it('refuses a group that names an environment that there is not', () => {
    const folder = temporaryFolder({ 'tapit.yml': tapitYml.replace('[eu, us]', '[eu, uk]') })

    expect(() => namedApps(['everywhere'], environmentsOfFolder(folder))).toThrow(
      'the group everywhere names an environment "uk" that there is not',
    )
  })
})

describe('-a', () => {
  it.each([
    ['shop-eu', { name: 'shop-eu', region: 'eu-west-1', profile: 'shop-eu' }],
    ['america', { name: 'america', region: 'us-west-2' }],
    ['admin', { name: 'admin' }],
    ['admin@us-west-2', { name: 'admin', region: 'us-west-2', isRegionSaid: true }],
    ['america@eu-west-1', { name: 'america', region: 'eu-west-1', isRegionSaid: true }],
  ])('%s is where tapit.yml, or its own word, says', async (said, place) => {
    const cwd = temporaryFolder({ 'tapit.yml': tapitYml })

    expect(await placeOfApp(said, { cwd, clusterOf: name => clusterName(name) })).toEqual(place)
  })

  it('is not kept from its work by a tapit.yml that cannot be read', async () => {
    const cwd = temporaryFolder({ 'tapit.yml': 'app: [' })

    expect(await placeOfApp('shop', { cwd, clusterOf: name => clusterName(name) })).toEqual({ name: 'shop' })
  })
})
