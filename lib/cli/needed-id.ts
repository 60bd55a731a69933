import type { Invocation } from './command.ts'
import { required } from './required.ts'

/** The id that a command cannot do without: whoever approves says what. */
export function neededId(invocation: Pick<Invocation, 'command' | 'keys'>): string {
  const words = invocation.command.words.join(' ')
  return required(invocation, 'id', {
    code: 'id_missing',
    question: 'which deployment?',
    advice: `tapit ${words} id=dep_… ; tapit list deploys status=creating_approval shows those that wait.`,
  })
}
