import { describe, expect, it } from 'vitest'
import type { BuildEvent, WantedImage } from '../../../lib/actions/build/build-images.ts'
import type { PreparedBuild } from '../../../lib/actions/build/prepare-build.ts'
import { emptyBuildBoard, toldOfBuild } from '../../../lib/cli/report/builds/build-board.ts'
import { drawBuilds } from '../../../lib/cli/report/builds/draw-builds.ts'
import { buildDocument } from '../../../lib/cli/report/builds/build-document.ts'
import { builtText } from '../../../lib/cli/report/builds/built.ts'
import type { View } from '../../../lib/cli/report/view.ts'

const registry = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'
const web: WantedImage = { processes: ['default'], repository: `${registry}/shop/default` }
const shared: WantedImage = { processes: ['scheduler', 'worker'], repository: `${registry}/shop` }
const prepared: PreparedBuild = {
  targets: [],
  repositories: [],
  dockerTag: 'main-3f2a',
  namesCommit: true,
  taken: new Map(),
  labels: {},
}
const digest = `sha256:${'ab'.repeat(32)}`
const begun: BuildEvent = { is: 'prepared', at: 0, prepared, images: [web, shared] }
const failure = {
  code: 'step_failed',
  message: '[3/3] RUN npm ci ended with exit code 7.',
  step: '[3/3] RUN npm ci',
  exitCode: 7,
  lines: ['npm error: \u001b[31mred\u001b[0m'],
} as const

describe('the screen of a build', () => {
  it('has a row for each image, with what goes on now and for how long', () => {
    const lines = drawn([
      begun,
      { is: 'news', image: web, news: { is: 'doing', at: 5, what: '[2/3] COPY . .' } },
    ])

    expect(lines).toContainEqual(expect.stringMatching(/default +\[2\/3\] COPY \. \. +0:42/))
    expect(lines).toContainEqual(expect.stringMatching(/shop +waiting +0:42/))
  })

  it('says under a failed image why, with its last lines, and where all of them are', () => {
    const lines = drawn([
      begun,
      {
        is: 'ended',
        at: 9_000,
        image: web,
        end: { is: 'failed', step: 'build', failure },
        log: '/x/default.log',
      },
      { is: 'ended', at: 9_000, image: shared, end: { is: 'built', digest, steps: 4, cachedSteps: 3 } },
    ])

    expect(lines).toContainEqual(expect.stringMatching(/✗ default +failed at \[3\/3\] RUN npm ci +0:09/))
    expect(lines).toContainEqual(expect.stringContaining('npm error'))
    expect(lines).toContainEqual(expect.stringContaining('all of it: /x/default.log'))
    expect(lines).toContainEqual(expect.stringMatching(/● shop +pushed sha256:abababab \(3 of 4 steps/))
  })

  it('tells a warning once, though two processes share the build', () => {
    const warned: BuildEvent = {
      is: 'news',
      image: shared,
      news: { is: 'warned', at: 1, warning: { is: 'clone_lacks', what: 'lfs' } },
    }

    expect(drawn([begun, warned, warned]).filter(line => line.includes('Git LFS'))).toHaveLength(1)
  })

  it.each([20, 40, 60, 80])('fits %i columns', columns => {
    const lines = drawn(
      [begun, { is: 'news', image: web, news: { is: 'doing', at: 5, what: `[2/3] RUN ${'x'.repeat(300)}` } }],
      columns,
    )

    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(columns)
  })
})

describe('what became of a build', () => {
  const built = {
    prepared,
    images: [
      { ...web, end: { is: 'failed', step: 'build', failure } as const, startedAt: 0, endedAt: 9_000 },
      { ...shared, end: { is: 'exists', digest } as const, startedAt: 0, endedAt: 10, log: '/x/shop.log' },
    ],
  }

  it('names the image that is there, and how to deploy it', () => {
    const text = builtText(built, { view: view(80), app: 'shop' }).join('\n')

    expect(text).toContain(`${registry}/shop:main-3f2a@${digest}`)
    expect(text).toContain('tapit -a shop create deploy process=scheduler,worker docker_tag=main-3f2a --wait')
    expect(text).not.toContain('process=default')
  })

  it('is one document for programs', () => {
    expect(buildDocument(built)).toEqual({
      dockerTag: 'main-3f2a',
      images: [
        {
          processes: ['default'],
          repository: `${registry}/shop/default`,
          reference: `${registry}/shop/default:main-3f2a`,
          status: 'failed',
          failure: {
            step: 'build',
            code: 'step_failed',
            message: failure.message,
            dockerfileStep: '[3/3] RUN npm ci',
            exitCode: 7,
            logLines: failure.lines,
          },
          durationMs: 9_000,
        },
        {
          processes: ['scheduler', 'worker'],
          repository: `${registry}/shop`,
          reference: `${registry}/shop:main-3f2a`,
          status: 'exists',
          imageDigest: digest,
          log: '/x/shop.log',
          durationMs: 10,
        },
      ],
    })
  })
})

function drawn(events: readonly BuildEvent[], columns = 100): string[] {
  return drawBuilds(events.reduce(toldOfBuild, emptyBuildBoard), view(columns), { height: 24 })
}

function view(columns: number): View {
  return { columns, paint: (_look, text) => text, isAscii: false, now: 42_000 }
}
