import type { DeclaredCommand } from '../../argv/declared-command.ts'

/** Approvals: who may say yes, and who said it. */
export const approvingCommands: readonly DeclaredCommand[] = []
