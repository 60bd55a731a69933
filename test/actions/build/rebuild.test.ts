import { describe, expect, it } from 'vitest'
import { type Rebuild, rebuildOf } from '../../../lib/actions/build/rebuild.ts'
import type { Image, Ports } from '../../../lib/actions/ports.ts'
import type { AppConfig } from '../../../lib/config/app-config.ts'
import { someDeployment } from '../../adapters/some-records.ts'

const id = 'dep_01jd0000000000000000000001'
const commit = 'c0ffee'.padEnd(40, '0')
const source = 'https://github.com/example-org/shop'
const gone = `sha256:${'a'.repeat(64)}`
const another = `sha256:${'b'.repeat(64)}`

/** Digests by tag; of these images only the past one may be gone. */
function rebuilt(dockerTag: string, tags: Readonly<Record<string, string>>): Promise<Rebuild> {
  const record = someDeployment({ id, dockerTag, imageDigest: gone, gitHash: commit, source })
  const records: Pick<Ports['records'], 'deployment' | 'group'> = {
    deployment: async () => ({ record, version: 1 }),
    group: async () => ({ id: record.groupId, app: 'shop', caller: '', createdAt: 0, members: [] }),
  }
  const find: Ports['images']['find'] = async (_, reference) => {
    const digest = 'tag' in reference ? tags[reference.tag] : undefined
    return digest === undefined ? undefined : ({ digest, status: 'ACTIVE' } as Image)
  }
  return rebuildOf(
    { app: 'shop', id },
    {
      ports: { records, images: { find } } as unknown as Ports,
      config: { build: { source } } as AppConfig,
      inWords: () => ({ message: '', advice: '' }),
    },
  )
}

describe('what is built again', () => {
  it.each([
    ['gets its tag again where nothing else has it', 'v1', {}, 'v1'],
    ['leaves its tag to the image that has it by now', 'latest', { latest: another }, undefined],
    ['is not called after a digest', gone, {}, undefined],
  ])('%s', async (_, dockerTag, tags, tag) => {
    const { from, ...rebuild } = await rebuilt(dockerTag, tags)

    expect(rebuild.tag).toBe(tag)
    expect(from).toEqual({ url: source, ref: commit })
  })
})
