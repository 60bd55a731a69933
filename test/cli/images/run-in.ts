import type { Io } from '../../../lib/cli/io.ts'
import { main } from '../../../lib/cli/main.ts'
import type { Run, Shop } from '../../fakes/shop.ts'

/** A command line in a folder, with other variables than the shop's where they are named. */
export async function runIn(
  { env, clock }: Shop,
  cwd: string,
  argv: readonly string[],
  more: Readonly<Record<string, string | undefined>> = {},
  own: Partial<Io> = {},
): Promise<Run> {
  const written = { stdout: '', stderr: '' }
  const output = (name: 'stdout' | 'stderr'): Io['stdout'] => ({
    isTTY: false,
    columns: () => undefined,
    rows: () => undefined,
    write: text => {
      written[name] += text
    },
  })
  const code = await main(argv, {
    stdout: output('stdout'),
    stderr: output('stderr'),
    env: { ...env, ...more },
    cwd,
    version: '0.0.0-test',
    clock,
    onInterrupt: () => () => {},
    leave: () => {},
    ...own,
  })
  return { code, ...written }
}
