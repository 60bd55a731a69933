import type { World } from '../world.ts'
import type { HookAnswer, LifecycleStage } from './state.ts'

/** What a Lambda hook is to answer from now on. Without a stage it replaces what was set for stages before. */
export function setHookAnswer({ state: { ecs } }: World, given: HookAnswer): void {
  const functionName = functionNameOf(given.functionName)
  const others = (ecs.hookAnswers ?? []).filter(
    it => it.functionName !== functionName || (given.stage !== undefined && it.stage !== given.stage),
  )
  ecs.hookAnswers = [...others, { ...given, functionName }]
}

export function hookAnswerOf(
  { state: { ecs } }: World,
  { targetArn, stage }: { readonly targetArn: string; readonly stage: LifecycleStage },
): HookAnswer['answer'] {
  const functionName = functionNameOf(targetArn)
  const set = (ecs.hookAnswers ?? []).filter(it => it.functionName === functionName)
  const answer = set.find(it => it.stage === stage) ?? set.find(it => it.stage === undefined)
  return answer?.answer ?? 'succeeded'
}

/** Of `arn:aws:lambda:eu-west-1:111122223333:function:check:live`, `check`; a name is itself. */
function functionNameOf(nameOrArn: string): string {
  const [, name] = /^arn:[^:]*:lambda:[^:]*:[^:]*:function:([^:]+)/.exec(nameOrArn) ?? []
  return name ?? nameOrArn
}
