import { describe, expect, it } from 'vitest'
import type { ImageReport, ShownImage } from '../../../lib/actions/images/show-image.ts'
import { showImage } from '../../../lib/cli/report/show-image.ts'
import { deployment, states, t0, view } from './builders.ts'

const uri = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop'
const digest = `sha256:9f2c41d0${'ab'.repeat(28)}`
const hour = 3_600_000

function report(over: Partial<ShownImage> = {}): ImageReport {
  const image: ShownImage = {
    repository: uri,
    processes: ['default', 'worker'],
    digest,
    tags: ['v1.4.0', 'latest'],
    status: 'ACTIVE',
    createdAt: t0 - 2 * hour,
    pushedAt: t0 - hour,
    pulledAt: t0 - 60_000,
    sizeInBytes: 89_000_000,
    labels: {
      'org.opencontainers.image.revision': '4be1a77c0ffee4be1a77c0ffee4be1a77c0ffee0',
      'dev.tapit.initiator': 'ci',
      team: 'checkout',
    },
    platforms: [
      {
        digest: 'sha256:1',
        platform: 'linux/amd64',
        sizeInBytes: 45_000_000,
        scan: scan({ CRITICAL: 1, HIGH: 3 }),
      },
      { digest: 'sha256:2', platform: 'linux/arm64', sizeInBytes: 44_000_000, scan: scan({}) },
    ],
    uses: [{ process: 'worker', is: 'running', image: { digest } }],
    deployments: { newest: [deployment('worker', states.live)], total: 1, isAll: true },
    unread: [],
    ...over,
  }
  return {
    app: 'shop',
    environment: 'production',
    dockerTag: 'v1.4.0',
    images: [image],
    missing: [],
    unclear: [],
  }
}

function scan(findings: Readonly<Record<string, number>>) {
  return { status: 'COMPLETE', findings, scannedAt: t0 - hour }
}

describe('show image', () => {
  it('says a fact a line', () => {
    expect(showImage(report(), view(120)).join('\n')).toMatchInlineSnapshot(`
      "v1.4.0  sha256:9f2c41d0abababababababababababababababababababababababababababab
        in         123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop (default and worker)
        also       latest
        commit     4be1a77c0ffee4be1a77c0ffee4be1a77c0ffee0
        built by   ci
        built      2 h ago
        pushed     1 h ago
        pulled     1 min ago
        size       89 MB
        platform   linux/amd64 45 MB · linux/arm64 44 MB
        scan       linux/amd64: 1 critical and 3 high, 1 h ago
        scan       linux/arm64: nothing found, 1 h ago
        used       runs in worker
        label      team=checkout
        deployed   once
          ● worker  went live  41 s ago  dep_01jd3v8k2q4m6n8p0r2t4v6x8c"
    `)
  })

  it('fits 60 columns, but for what must stay whole to be copied', () => {
    const lines = showImage(report(), view(60))

    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "v1.4.0
        sha256:9f2c41d0abababababababababababababababababababababababababababab
        in         123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop
                   (default and worker)
        also       latest
        commit     4be1a77c0ffee4be1a77c0ffee4be1a77c0ffee0
        built by   ci
        built      2 h ago
        pushed     1 h ago
        pulled     1 min ago
        size       89 MB
        platform   linux/amd64 45 MB · linux/arm64 44 MB
        scan       linux/amd64: 1 critical and 3 high, 1 h ago
        scan       linux/arm64: nothing found, 1 h ago
        used       runs in worker
        label      team=checkout
        deployed   once
          ● worker  went live  41 s ago
            dep_01jd3v8k2q4m6n8p0r2t4v6x8c"
    `)
    expect(lines.filter(line => line.length > 60)).toEqual([`  ${digest}`, `  in         ${uri}`])
    expect(lines.at(-1)).toBe(`      ${deployment('worker', states.live).id}`)
  })

  it('says once what all platforms’ scans say', () => {
    const platforms = [
      { digest: 'sha256:1', platform: 'linux/amd64' },
      { digest: 'sha256:2', platform: 'linux/arm64' },
    ]

    const lines = showImage(report({ platforms }), view(120))

    expect(lines.filter(line => line.includes('scan'))).toEqual(['  scan       not scanned'])
  })

  it.each([
    [{ newest: [], total: 0, isAll: true }, 'never'],
    [{ newest: [], total: 0, isAll: false }, 'not lately'],
    [
      { newest: [deployment('worker', states.live)], total: 12, isAll: false },
      'at least 12 times; the newest:',
    ],
  ])('says how often it was deployed, as far as the history was read: %#', (deployments, text) => {
    expect(showImage(report({ deployments }), view(120))).toContain(`  deployed   ${text}`)
  })

  it('takes the commit of a deployment where no label says it', () => {
    const newest = [deployment('worker', states.live, { gitHash: 'c0ffee' })]

    const lines = showImage(report({ labels: {}, deployments: { newest, total: 1, isAll: true } }), view(120))

    expect(lines).toContain('  commit     c0ffee')
  })

  it('obeys nothing that a label says', () => {
    const lines = showImage(report({ labels: { evil: '\u001b[2J\nand more' } }), view(120))

    expect(lines.join('')).not.toContain('\u001b')
    expect(lines.find(line => line.includes('evil'))).toContain('and more')
  })
})
