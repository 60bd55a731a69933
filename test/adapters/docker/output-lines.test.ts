import { describe, expect, it } from 'vitest'
import { outputLines } from '../../../lib/adapters/docker/output-lines.ts'

function lines(...chunks: readonly (string | Uint8Array)[]): readonly string[] {
  const told: string[] = []
  const output = outputLines(line => told.push(line))
  for (const chunk of chunks) output.write(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
  output.end()
  return told
}

describe('lines of a step’s output', () => {
  it.each([
    ['are whole, however they come', ['on', 'e\ntw', 'o\n'], ['one', 'two']],
    ['keep empty ones', ['one\n\ntwo\n'], ['one', '', 'two']],
    ['have no colours', ['\u001B[31mred\u001B[0m \u001B]0;title\u0007x\n'], ['red x']],
    ['have no control characters', ['a\u0000b\u0008c\td\u009B\n'], ['abc\td']],
    ['of a progress bar are its last state', ['10%\r20%\r', '100%\r\nnext\n'], ['100%', 'next']],
    ['are told at the end, too', ['unfinished'], ['unfinished']],
    ['are cut at 2000 characters', [`${'x'.repeat(5000)}\n`], [`${'x'.repeat(2000)}…`]],
    [
      'keep letters that come in pieces',
      [Buffer.from('ö').subarray(0, 1), Buffer.from('ö\n').subarray(1)],
      ['ö'],
    ],
  ])('%s', (_what, chunks, told) => {
    expect(lines(...chunks)).toEqual(told)
  })

  it('have nothing of a secret that is longer than they may be', () => {
    const secret = 'geheim'.repeat(1000)
    const told: string[] = []
    const output = outputLines(
      line => told.push(line),
      text => text.replaceAll(secret, '***'),
    )

    output.write(Buffer.from(`key: ${secret}\n${secret}`))
    output.end()

    expect(told).toEqual(['key: ***', '***'])
  })

  it('hold no more than a little of what never ends', () => {
    const chunk = `${'=>'.repeat(500)}\r`

    const told = lines(...Array.from({ length: 1000 }, () => chunk), 'done')

    expect(told).toEqual(['done'])
  })
})
