import { describe, expect, it } from 'vitest'
import { readRawProgress } from '../../../lib/adapters/docker/raw-progress.ts'

function read(...chunks: readonly (string | Buffer)[]): {
  readonly names: readonly unknown[]
  readonly text: readonly string[]
} {
  const names: unknown[] = []
  const text: string[] = []
  const reader = readRawProgress({
    progress: ({ vertexes = [] }) => names.push(...vertexes.map(({ name }) => name)),
    text: line => text.push(line),
  })
  for (const chunk of chunks) reader.write(Buffer.from(chunk))
  reader.end()
  return { names, text }
}

const pretty = `{\n  "vertexes": [\n    {\n      "digest": "sha256:1",\n      "name": "one {\\n}"\n    }\n  ]\n}\n`
const single = '{"vertexes":[{"digest":"sha256:2","name":"two"}]}\n'

describe('the progress of buildx', () => {
  it('is read over several lines, as buildx 0.13 writes it, and on one, as later ones do', () => {
    expect(read(pretty, single, pretty)).toEqual({ names: ['one {\n}', 'two', 'one {\n}'], text: [] })
  })

  it('is read however it is cut into pieces', () => {
    const bytes = [...Buffer.from(`${pretty}${single.replace('two', 'zwölf ✓')}`)].map(byte =>
      Buffer.from([byte]),
    )

    expect(read(...bytes)).toEqual({ names: ['one {\n}', 'zwölf ✓'], text: [] })
  })

  it('has text in between, such as the error at the end', () => {
    expect(read(single, 'Dockerfile:3\n   1 | {\nERROR: failed\n', pretty)).toEqual({
      names: ['two', 'one {\n}'],
      text: ['Dockerfile:3', '   1 | {', 'ERROR: failed'],
    })
  })

  it.each([
    [
      'an object that breaks off',
      '{\n  "vertexes": [\nERROR: gone\n',
      ['{', '  "vertexes": [', 'ERROR: gone'],
    ],
    ['an object that never ends', '{\n  "vertexes"', ['{', '  "vertexes"']],
    ['no JSON', '{nope}\n', ['{nope}']],
    ['other JSON', '{"vertexes":"none"}\n', ['{"vertexes":"none"}']],
    ['a last line without an end', 'ERROR: x', ['ERROR: x']],
    ['line ends of Windows', 'ERROR: x\r\n', ['ERROR: x']],
  ])('is text where it is %s', (_what, chunk, text) => {
    expect(read(chunk)).toEqual({ names: [], text })
  })
})
