import type { DeclaredCommand } from './declared-command.ts'

/** What a command takes, in one line of advice: `create deploy takes: docker_tag  process …   (tapit create deploy --help)`. */
export function takes({ words, keys, flags }: DeclaredCommand): string {
  const typed = words.join(' ')
  const taken = [...keys.map(key => key.name), ...flags.map(flag => `--${flag.name}`)]
  return taken.length === 0
    ? `${typed} takes only the options of every command   (tapit ${typed} --help)`
    : `${typed} takes: ${taken.join('  ')}   (tapit ${typed} --help)`
}
