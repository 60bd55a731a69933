import { Refusal } from '../names/refusal.ts'
import type { Invocation } from './command.ts'

/** The id that a command cannot do without: whoever approves says what. */
export function neededId({ command, keys }: Pick<Invocation, 'command' | 'keys'>): string {
  const { id } = keys
  if (id !== undefined) return id
  const words = command.words.join(' ')
  throw new Refusal({
    code: 'id_missing',
    exit: 'usage',
    message: `which deployment? tapit ${words} needs its id.`,
    advice: `tapit ${words} id=dep_… ; tapit list deploys status=creating_approval shows those that wait.`,
  })
}
