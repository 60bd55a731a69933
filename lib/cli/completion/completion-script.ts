import type { DeclaredCommand } from '../argv/declared-command.ts'
import { bashScript } from './bash-script.ts'
import { candidates } from './candidates.ts'
import { fishScript } from './fish-script.ts'
import { zshScript } from './zsh-script.ts'

export type Shell = 'bash' | 'zsh' | 'fish'

/** The script that teaches a shell what can be typed. It knows the table by itself: no process is started for a Tab. */
export function completionScript(shell: Shell, commands: readonly DeclaredCommand[]): string {
  switch (shell) {
    case 'bash':
      return bashScript(candidates(commands))
    case 'zsh':
      return zshScript(candidates(commands))
    case 'fish':
      return fishScript(candidates(commands))
  }
}
