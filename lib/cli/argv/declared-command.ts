import type { Command, Flag, Key } from '../command.ts'

/** A key, with what else the grammar can check before a command's work is even loaded. */
export type DeclaredKey = Key & {
  /** Takes a duration such as `30m`. */
  readonly duration?: true
  /** Nothing but blanks says nothing. */
  readonly blankIsUnset?: true
}

/** A flag, with what else the grammar can check. Its `value` is checked as a duration where it is called `DURATION`. */
export type DeclaredFlag = Flag & {
  /** The key without which this flag is refused: `--supersede` needs `reason=`. */
  readonly needs?: string
}

/** The headings of `tapit --help`, in their order. */
export const commandGroups = [
  'Deploy',
  'Approve',
  'Run',
  'Images',
  'See what happens',
  'Set up',
  'Try it without AWS',
] as const
export type CommandGroup = (typeof commandGroups)[number]

/** A command as the table declares it: any `Command` is one. */
export type DeclaredCommand = Command & {
  readonly keys: readonly DeclaredKey[]
  readonly flags: readonly DeclaredFlag[]
  /** The heading it stands under in `tapit --help`. @default - under "More" */
  readonly group?: CommandGroup
  /** What the words after `--` are called in the help. Without it they are refused, so that nothing typed is ignored. */
  readonly rest?: string
}
