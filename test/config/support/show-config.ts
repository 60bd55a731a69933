import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Io, Output } from '../../../lib/cli/io.ts'
import { main } from '../../../lib/cli/main.ts'

export type Shown = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** Runs `tapit show config` in a folder that holds this tapit.yml and nothing else. */
export async function showConfig(file: string, ...argv: readonly string[]): Promise<Shown> {
  const cwd = await mkdtemp(join(tmpdir(), 'tapit-config-'))
  const stdout = written()
  const stderr = written()
  try {
    await writeFile(join(cwd, 'tapit.yml'), file)
    const code = await main(['show', 'config', ...argv], ioOf(cwd, stdout, stderr))
    return { code, stdout: stdout.text(), stderr: stderr.text() }
  } finally {
    await rm(cwd, { recursive: true })
  }
}

/** What is said of each mistake, without `tapit: ` and the advice. */
export function mistakesOf({ stderr }: Shown): readonly string[] {
  return stderr
    .replace(/^tapit: /, '')
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('docs/tapit-yml.md '))
}

function ioOf(cwd: string, stdout: Output, stderr: Output): Io {
  return {
    stdout,
    stderr,
    cwd,
    env: {},
    clock: { now: () => 0, sleep: () => Promise.resolve() },
    version: '0.0.0',
    onInterrupt: () => () => {},
    leave: () => {},
  }
}

function written(): Output & { text(): string } {
  let text = ''
  return {
    isTTY: false,
    columns: () => undefined,
    rows: () => undefined,
    write: more => {
      text += more
    },
    text: () => text,
  }
}
