import type { DeclaredCommand } from '../../argv/declared-command.ts'

/** Day-to-day work on what runs. */
export const runningCommands: readonly DeclaredCommand[] = []
