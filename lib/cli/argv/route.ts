import yargs, { type Argv, type Options } from 'yargs'
import { Refusal } from '../../names/refusal.ts'
import type { Invocation } from '../command.ts'
import type { DeclaredCommand, DeclaredFlag } from './declared-command.ts'
import { globalFlags } from './global-flags.ts'

/** Parses options and routes to the command; the words are already in tapit's own spelling, and each value follows a `=`. */
export async function route(
  argv: readonly string[],
  commands: readonly DeclaredCommand[],
): Promise<Invocation> {
  const routed: Invocation[] = []
  const parser = mount(newParser(), commands, 0, (command, args) => routed.push(invocation(command, args)))
  try {
    await parser.parseAsync([...argv])
  } catch (error) {
    // Everything known to be wrong was refused before; what yargs still finds is bad usage too, if less well said.
    if (!(error instanceof Error) || error.name !== 'YError') throw error
    throw new Refusal({ code: 'usage', exit: 'usage', message: error.message, cause: error })
  }
  const [found] = routed
  if (found === undefined) throw new Error(`no command was routed to by ${JSON.stringify(argv.slice(0, 2))}`)
  return found
}

type Arguments = Readonly<Record<string, unknown>>
type Take = (command: DeclaredCommand, args: Arguments) => void

function newParser(): Argv {
  return (
    yargs()
      .parserConfiguration({
        'parse-numbers': false,
        'parse-positional-numbers': false,
        'dot-notation': false,
        'camel-case-expansion': false,
        'boolean-negation': false,
        'populate--': true,
      })
      .detectLocale(false)
      .help(false)
      .version(false)
      .exitProcess(false)
      .showHelpOnFail(false)
      .fail(false)
      .strict()
      // See `unlisted`.
      .wrap(0)
      .options(Object.fromEntries(globalFlags.map(flag => [flag.name, optionOf(flag)])))
  )
}

/** The commands as nested ones, a level for each word: a flat `create deploy` would also run for `create dep`. */
function mount(parser: Argv, commands: readonly DeclaredCommand[], depth: number, take: Take): Argv {
  for (const word of new Set(commands.map(({ words }) => words[depth] ?? ''))) {
    const under = commands.filter(({ words }) => words[depth] === word)
    const leaf = under.find(({ words }) => words.length === depth + 1)
    parser.command({
      command: word,
      describe: false,
      builder: nested =>
        leaf === undefined
          ? mount(nested, under, depth + 1, take).demandCommand(1)
          : nested.options(optionsOf(leaf)),
      handler: args => {
        if (leaf !== undefined) take(leaf, args)
      },
    })
  }
  return parser
}

function optionsOf({ keys, flags }: DeclaredCommand): Record<string, Options> {
  return Object.fromEntries([
    ...keys.map(key => [key.name, valueOption] as const),
    ...flags.map(flag => [flag.name, optionOf(flag)] as const),
  ])
}

/** After every command yargs lays out a help text that nobody sees (ours is `help/`), 25 ms of it: nothing is what it costs least. */
const unlisted: Options = { hidden: true }

/** `requiresArg` also keeps yargs from stripping the quotes of `--reason="…"`: text stays as it was typed. */
const valueOption: Options = { ...unlisted, type: 'string', requiresArg: true }

function optionOf({ value, default: standard }: DeclaredFlag): Options {
  return value === undefined ? { ...unlisted, type: 'boolean' } : { ...valueOption, default: standard }
}

function invocation(command: DeclaredCommand, args: Arguments): Invocation {
  const text = (name: string) => {
    const value = args[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const flags = command.flags.map(
    flag =>
      [
        flag.name,
        flag.value === undefined ? isSet(args, flag.name) : (text(flag.name) ?? flag.default),
      ] as const,
  )
  const rest = args['--']
  return {
    command,
    global: {
      app: text('app'),
      environment: text('environment'),
      output: text('output') === 'json' ? 'json' : 'text',
      yes: isSet(args, 'yes') === true,
      verbose: isSet(args, 'verbose') === true,
      debug: isSet(args, 'debug') === true,
      sandbox: isSet(args, 'sandbox') === true,
    },
    keys: given(command.keys.map(key => [key.name, text(key.name)] as const)),
    emptyKeys: command.keys.map(key => key.name).filter(name => args[name] === ''),
    flags: given(flags),
    rest: Array.isArray(rest) ? rest.map(String) : [],
  }
}

function isSet(args: Arguments, name: string): true | undefined {
  return args[name] === true ? true : undefined
}

function given<Value>(
  entries: readonly (readonly [string, Value | undefined])[],
): Record<string, Value | undefined> {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}
