import { Refusal } from '../names/refusal.ts'
import type { Invocation } from './command.ts'

export type RequiredOptions = {
  /** @default - `which <name>?` */
  readonly question?: string
  /** @default - the first example of the command */
  readonly advice?: string
  /** @default 'missing_key' */
  readonly code?: string
}

/** The value of a key without which the command means nothing. */
export function required(
  { command, keys }: Pick<Invocation, 'command' | 'keys'>,
  name: string,
  { question = `which ${name}?`, advice, code = 'missing_key' }: RequiredOptions = {},
): string {
  const value = keys[name]
  if (value !== undefined) return value
  const words = command.words.join(' ')
  const [example] = command.examples
  const usual = example === undefined ? `tapit help ${words}` : `Such as: ${example.line}`
  throw new Refusal({
    code,
    exit: 'usage',
    message: `${question} ${words} needs ${name}=.`,
    advice: advice ?? usual,
  })
}
