import type { Io } from './io.ts'

/** A `key=value` word that a command takes. Help, completion and the parser come from this declaration alone. */
export type Key = {
  /** snake_case, as typed. */
  readonly name: string
  /** One sentence for the help. */
  readonly summary: string
  /** Allowed values, where they are a closed list. */
  readonly allowed?: readonly string[]
  /** Some of the values, for completion; others may be allowed as well. */
  readonly suggested?: readonly string[]
  /** Takes several values, separated by commas. */
  readonly list?: true
  /** What selects (an app, a process, an id) must not be empty: `process=$UNSET` must not deploy everything. */
  readonly selects?: true
  /** A whole number within bounds. */
  readonly number?: { readonly min: number; readonly max: number }
}

/** A `--flag` that one command takes, on top of the global ones. */
export type Flag = {
  /** kebab-case, without the dashes. */
  readonly name: string
  readonly alias?: string
  readonly summary: string
  /** The value's name in the help (`DURATION`); a flag without one is a switch. */
  readonly value?: string
  readonly default?: string
}

export type Example = { readonly line: string; readonly does: string }

/** A command as data: what can be typed, and where its work is loaded from. */
export type Command = {
  /** The words as typed: `['create', 'deploy']`. No command is the prefix of another. */
  readonly words: readonly string[]
  readonly summary: string
  readonly keys: readonly Key[]
  readonly flags: readonly Flag[]
  readonly examples: readonly Example[]
  /** Loads the handler's module: a command loads only what it uses. */
  readonly load: () => Promise<Handler>
}

/** Does a command's work and answers with the process's exit code. */
export type Handler = (invocation: Invocation, io: Io) => Promise<number>

/** The options that every command takes. */
export type GlobalOptions = {
  readonly app?: string
  readonly environment?: string
  readonly output: 'text' | 'json'
  readonly yes: boolean
  readonly verbose: boolean
  readonly debug: boolean
  readonly sandbox: boolean
}

/** One parsed command line. An empty value is an unset one; what it was set to, if anything, is in `emptyKeys`. */
export type Invocation = {
  readonly command: Command
  readonly global: GlobalOptions
  /** Values of the command's keys by name; of a `list` key, still joined by commas as typed. */
  readonly keys: Readonly<Record<string, string | undefined>>
  /** Keys that were given with an empty value, such as `docker_tag=`. */
  readonly emptyKeys: readonly string[]
  /** Flags of the command: switches are `true`, others their text. */
  readonly flags: Readonly<Record<string, string | true | undefined>>
  /** Everything after `--`. */
  readonly rest: readonly string[]
}
