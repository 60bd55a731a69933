import type { HookAnswer } from '../ecs/state.ts'
import { ask } from './ask.ts'
import { readEndpoint } from './endpoint.ts'
import { SandboxError } from './sandbox-error.ts'

/** Sets what a Lambda hook answers from now on in the sandbox of a home, which must be running. */
export async function answerHook(answer: HookAnswer, { home }: { home: string }): Promise<void> {
  const endpoint = await readEndpoint(home)
  const answered = endpoint && (await ask(endpoint, 'POST /_tapit/hook', answer))
  if (answered === undefined) throw new SandboxError('the sandbox did not take it: it does not answer')
}
