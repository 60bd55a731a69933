import { fc } from '../../fakes/fast-check.ts'
import { describe, expect, it } from 'vitest'
import type { BuildImagesEnd } from '../../../lib/actions/build/build-images.ts'
import { annotations } from '../../../lib/cli/report/github/annotations.ts'
import { markup, markupBlock, markupLink } from '../../../lib/cli/report/github/markup.ts'
import type { Runner } from '../../../lib/cli/report/github/runner.ts'
import { stepOutputs } from '../../../lib/cli/report/github/step-outputs.ts'
import { summary } from '../../../lib/cli/report/github/summary.ts'
import { tellBuild } from '../../../lib/cli/report/github/tell-build.ts'
import { workflowCommand } from '../../../lib/cli/report/github/workflow-command.ts'
import { deployment, rolledBack } from '../report/builders.ts'
import { outputsIn } from './outputs-in.ts'

describe('a workflow command', () => {
  it('is one line, whatever its texts hold', () => {
    const line = workflowCommand({
      level: 'error',
      title: 'a: b, c',
      message: '50%\r\n::set-output name=x::y',
    })

    expect(line).toBe('::error title=a%3A b%2C c::50%25%0D%0A::set-output name=x::y')
  })
})

describe('outputs of a step', () => {
  it('come back as they were, whatever they hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\n', '=', '<', 'EOF', '\r') }), value => {
        const outputs = outputsIn(stepOutputs({ first: value, second: 'x' }))

        expect(Object.fromEntries(outputs)).toEqual({ first: value, second: 'x' })
      }),
    )
  })

  it('have a delimiter that is another one each time', () => {
    const delimiters = [...stepOutputs({ one: '1', two: '2' }).matchAll(/<<(.+)/g)].map(([, each]) => each)

    expect(new Set(delimiters).size).toBe(2)
    expect(delimiters[0]).toMatch(/^tapit_[0-9a-f]{32}$/)
  })
})

describe('a text in a summary', () => {
  it('is neither Markdown nor HTML', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        expect(markup(text)).toMatch(/^(?:[^<>|`*_[\]\\\n&]|&#\d+;)*$/)
      }),
    )
  })

  it('that is a log cannot end its own block', () => {
    expect(markupBlock(['</code></pre>', '', '# x'])).toBe(
      '<pre><code>&#60;/code&#62;&#60;/pre&#62;\n\n&#35; x</code></pre>',
    )
  })

  it('is a link only where it is a web address', () => {
    expect(markupLink('https://shop.example.com/?a="b')).toBe(
      '<a href="https://shop.example.com/?a&#61;&#34;b">https://shop.example.com/?a&#61;&#34;b</a>',
    )
    expect(markupLink('javascript:alert(1)')).toBe('javascript:alert&#40;1&#41;')
  })
})

describe('many failures', () => {
  const many = Array.from({ length: 50 }, (_, index) => rolledBack(`p${index}`))

  it('are ten annotations, the last of which names the rest: GitHub shows no more', () => {
    const told = annotations(many, 'failed')

    expect(told).toHaveLength(10)
    expect(told.at(-1)).toMatchObject({ level: 'error', title: '41 more' })
    expect(told.at(-1)?.message).toContain('p49')
  })

  it('with long logs are told without them where GitHub would drop the whole summary', () => {
    const lines = Array.from({ length: 20 }, () => '&'.repeat(300))
    const evidenceLines = new Map(many.map(({ id }) => [id, [{ evidence: {}, lines }]]))

    const text = summary({ deployments: many, exit: 'failed', evidenceLines, now: 0 })

    expect(Buffer.byteLength(text)).toBeLessThan(1_000_000)
    expect(text).toContain('p49')
    expect(text).not.toContain('&#38;&#38;')
  })
})

describe('images that were built', () => {
  it('are a table, an output with their tag, and an error for each that failed', async () => {
    const told: Record<string, unknown> = {}
    const runner: Runner = {
      setOutputs: async outputs => void (told['outputs'] = outputs),
      summarize: async markdown => void (told['summary'] = markdown),
      annotate: all => void (told['annotations'] = all),
      close: () => {},
    }
    const image = { repository: 'registry/shop', startedAt: 0, endedAt: 61_000 }
    const failure = {
      code: 'step_failed',
      message: 'npm ci exited with code 1.',
      advice: 'Mend it.',
    } as const

    await tellBuild(
      {
        prepared: { dockerTag: 'main-4be1' },
        images: [
          { ...image, processes: ['default'], end: { is: 'exists', digest: `sha256:${'9f'.repeat(32)}` } },
          { ...image, processes: ['worker'], end: { is: 'failed', step: 'build', failure } },
        ],
      } as unknown as BuildImagesEnd,
      runner,
    )

    expect(told['outputs']).toEqual({ docker_tag: 'main-4be1', outcome: 'failed' })
    expect(told['summary']).toMatch(/\| default \| is there already .* \| 1 min 1 s \|/)
    expect(told['annotations']).toEqual([
      {
        level: 'error',
        title: 'worker: failed at build',
        message: 'step_failed: npm ci exited with code 1.\nMend it.',
      },
    ])
  })
})

describe('a deploy that nobody waited for to the end', () => {
  it('is a warning with its exit code, and no error', () => {
    const told = annotations([deployment('worker', { is: 'preparing', step: 'register' })], 'interrupted')

    expect(told).toEqual([
      { level: 'warning', title: 'tapit: exit code 130', message: expect.stringContaining('worker') },
    ])
  })
})
