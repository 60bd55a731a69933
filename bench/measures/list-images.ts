import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { imageIndex } from '../../lib/sandbox/ecr/image-manifest.ts'
import type { ImageState } from '../../lib/sandbox/ecr/state.ts'
import { type BenchApp, openBenchApp } from '../bench-app.ts'
import { expectCode } from '../expect-code.ts'
import type { Figure, Measure } from '../figure.ts'
import { scratch } from '../programs.ts'

const images = 10_000
const runs = 3
const imagesPerPage = 1_000
/** Beside the pages: the manifests of what is shown, and what those consist of. */
const furtherCalls = 2
const platforms = ['linux/amd64', 'linux/arm64']
const minute = 60_000
const hook = new URL('../peak-memory.mjs', import.meta.url).href

/** The newest twenty of ten thousand images, each for two platforms: thirty thousand in ECR's book. */
export const listImages: Measure = {
  name: 'list-images',
  async run(): Promise<readonly Figure[]> {
    const app = await openBenchApp()
    try {
      fill(app)
      const measured = []
      for (let run = 0; run < runs; run += 1) measured.push(await listed(app))
      return [
        {
          name: `ECR calls of list images, ${images} images`,
          unit: 'calls',
          values: measured.map(({ calls }) => calls),
          limit: { max: Math.ceil(images / imagesPerPage) + furtherCalls },
        },
        {
          name: `peak memory of list images, ${images} images`,
          unit: 'MiB',
          values: measured.map(({ peak }) => peak),
          limit: { max: 150 },
        },
        {
          name: `  list images, ${images} images`,
          unit: 's',
          values: measured.map(({ seconds }) => seconds),
        },
      ]
    } finally {
      await app.close()
    }
  },
}

/** Puts them where the sandbox keeps them: pushed one by one, they would take longer than all other measures. */
function fill({ world }: BenchApp): void {
  const repository = world.state.ecr.repositories['shop']
  if (repository === undefined) throw new Error('the shop has no repository any more')
  const now = world.clock.now()
  const more = images - repository.images.length
  for (let number = 0; number < more; number += 1) {
    const pushedAt = now - (more - number) * minute
    const { children, ...index } = imageIndex({ platforms, salt: `v${number}` })
    const kept = (image: typeof index, tags: readonly string[], sizeInBytes: number): ImageState => ({
      ...image,
      tags,
      sizeInBytes,
      pushedAt,
    })
    for (const child of children) repository.images.push(kept(child, [], 50_000_000))
    repository.images.push(kept(index, [`v0.0.${number}`], index.manifest.length))
  }
}

async function listed(app: BenchApp): Promise<{ calls: number; peak: number; seconds: number }> {
  const peak = join(scratch, 'peak')
  const before = app.faults.journal.length
  const env = { ...app.env, TAPIT_BENCH_PEAK: peak }
  const ended = expectCode(
    0,
    await app.tapit(['list', 'images', '-o', 'json'], { env, node: ['--import', hook] }),
  )
  const { repositories } = JSON.parse(ended.stdout) as {
    repositories: readonly { total: number; images: readonly { sizeInBytes?: number }[] }[]
  }
  const [repository] = repositories
  if (repository === undefined || repository.total !== images) throw new Error('not all images were counted')
  if (repository.images.some(({ sizeInBytes = 0 }) => sizeInBytes === 0))
    throw new Error('an image has no size')
  const calls = app.faults.journal.slice(before).filter(({ service }) => service === 'ecr')
  return {
    calls: calls.length,
    peak: Number(readFileSync(peak, 'utf8')) / 1024,
    seconds: ended.milliseconds / 1000,
  }
}
