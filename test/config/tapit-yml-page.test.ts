import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fargateMemory } from '../../lib/config/fargate-memory.ts'
import { parseConfig } from '../../lib/config/read-config.ts'
import { designExample } from './support/design-example.ts'
import { referenceRows } from './support/reference-rows.ts'

const page = readFileSync(new URL('../../docs/tapit-yml.md', import.meta.url), 'utf8')

describe('docs/tapit-yml.md', () => {
  it.each([...referenceRows()])('explains every key of "%s" as the schema does', (_, rows) => {
    expect(rows.length).toBeGreaterThan(0)
    expect(page).toContain(`| key | takes | |\n|---|---|---|\n${rows.join('\n')}\n`)
  })

  it('has an example that is good, and that of the design', () => {
    const [, example = ''] = /## Example\n\n```yaml\n(.*?)```/s.exec(page) ?? []

    expect(parseConfig(example, 'example').settings).toEqual(parseConfig(designExample, 'design').settings)
  })

  it.each([256, 512, 1024, 2048, 4096, 8192, 16_384])('says which memory goes with cpu %d', cpu => {
    const [least, next, ...rest] = fargateMemory(cpu)
    const isShort = rest.length === 1
    const said = isShort
      ? [least, next, ...rest].join(', ')
      : `${least} to ${rest.at(-1)} in steps of ${(next ?? 0) - (least ?? 0)}`

    expect(page).toContain(`| ${cpu} | ${said} |`)
  })
})
