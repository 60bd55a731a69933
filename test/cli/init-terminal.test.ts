import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../init/temporary-folder.ts'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

/** `tapit init` in a process of its own, from the sources. */
const program = `
  import { systemClock } from ${JSON.stringify(path('../../lib/adapters/system-clock.ts'))}
  import { main } from ${JSON.stringify(path('../../lib/cli/main.ts'))}
  import { processIo } from ${JSON.stringify(path('../../lib/cli/process-io.ts'))}
  process.chdir(process.env['INIT_FOLDER'])
  process.exitCode = await main(['init'], processIo({ version: '0.0.0', clock: systemClock }))`

/** `tapit init` at a pseudo terminal: each answer is typed once its question stands there. */
async function dialogue(folder: string, answers: readonly (readonly [question: string, typed: string])[]) {
  const child = spawn(
    'python3',
    [
      path('../e2e/support/pseudo-terminal.py'),
      '100',
      process.execPath,
      '--import',
      'tsx',
      '--input-type=module',
      '-e',
      program,
    ],
    // tsx is found from here; the folder is said by a variable.
    { cwd: path('../..'), env: { PATH: process.env['PATH'], TERM: 'xterm', INIT_FOLDER: folder } },
  )
  const left = [...answers]
  let shown = ''
  let seen = 0
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text
    const [next] = left
    const at = next === undefined ? -1 : shown.indexOf(next[0], seen)
    if (next === undefined || at === -1) return
    seen = at + next[0].length
    left.shift()
    child.stdin.write(next[1])
  })
  const code = await new Promise<number | null>(resolve => child.once('close', resolve))
  return { code, shown }
}

describe('tapit init at a real terminal', () => {
  it('reads what is typed, also what was typed ahead', async () => {
    const folder = temporaryFolder()

    const { code, shown } = await dialogue(folder, [
      ['Name of the app [shop]: ', 'cart\r'],
      ['AWS region [none]: ', 'eu-west-1\r-\r\r'],
    ])

    expect(code).toBe(0)
    expect(shown).toContain('wrote tapit.yml and cdk.json')
    expect(readFileSync(join(folder, 'tapit.yml'), 'utf8')).toMatch(/^app: cart\nregion: eu-west-1$/m)
  })

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('ends at %s, and writes nothing', async (_, typed) => {
    const { code, shown } = await dialogue(temporaryFolder(), [['Name of the app [shop]: ', typed]])

    expect(code).toBe(130)
    expect(shown).toContain('interrupted; nothing was written.')
  })
})
