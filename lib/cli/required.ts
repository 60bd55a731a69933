import { Refusal } from '../names/refusal.ts'
import type { Invocation } from './command.ts'

/** The value of a key without which the command means nothing. */
export function required({ command, keys }: Pick<Invocation, 'command' | 'keys'>, name: string): string {
  const value = keys[name]
  if (value !== undefined) return value
  const words = command.words.join(' ')
  const [example] = command.examples
  throw new Refusal({
    code: 'missing_key',
    exit: 'usage',
    message: `which ${name}? ${words} needs ${name}=.`,
    advice: example === undefined ? `tapit help ${words}` : `Such as: ${example.line}`,
  })
}
